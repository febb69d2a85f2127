import type { EntityMeta, Rec } from "../api/types";
import { Store } from "../lib/store";

type Named = { id: string; name: string };

/** What a user may do and see, and why: in all, or with one record, of which the user may be chosen then. */
export type AccessRequest = { user?: Named; record?: Named & { entity: string } };
/** 离职交接 of a user, of one to be chosen without; onBegun when they are out. */
export type HandoverRequest = { user?: Named; onBegun?: () => void };
/** 彻底删除个人信息 of a contact. */
export type EraseRequest = { entity: EntityMeta; rec: Rec; onDone?: () => void };

/** How a user signs in, and where they are. */
export type SecurityRequest = { user: Named };

/** 退回公海: records of an entity go into a pool. */
export type PutRequest = { entity: string; ids: string[]; onDone?: () => void };
/** Whose a record is (assign), who works with it, or its tags. */
export type WhoseRequest = { what: "assign" | "collab" | "tags"; entity: EntityMeta; rec: Rec };

/** 撞单: what is asked first. */
export type ClashOpening = { q?: string };

// Dialogs that are asked for from anywhere; the page's host shows them.
export const accessRequest = new Store<AccessRequest | null>(null);
export const handoverRequest = new Store<HandoverRequest | null>(null);
export const eraseRequest = new Store<EraseRequest | null>(null);
export const securityRequest = new Store<SecurityRequest | null>(null);
export const putRequest = new Store<PutRequest | null>(null);
export const whoseRequest = new Store<WhoseRequest | null>(null);
export const clashOpening = new Store<ClashOpening | null>(null);

export const openPut = (r: PutRequest) => putRequest.set(r);
export const openWhose = (r: WhoseRequest) => whoseRequest.set(r);
export const openClash = (r: ClashOpening = {}) => clashOpening.set(r);
export const openAccess = (r: AccessRequest) => accessRequest.set(r);
export const openHandover = (r: HandoverRequest) => handoverRequest.set(r);
export const openErase = (r: EraseRequest) => eraseRequest.set(r);
export const openSecurity = (r: SecurityRequest) => securityRequest.set(r);
