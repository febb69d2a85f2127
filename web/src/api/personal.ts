import { post } from "./client";
import type { EntityMeta, Rec } from "./types";

/** The path of everything that is kept about the person of a contact or a lead, a workbook. */
export const personalData = (of: EntityMeta, rec: Rec) => `/${of.path}/${rec.id}/personal-data`;
export const erasePerson = (of: EntityMeta, rec: Rec, reason: string) => post<void>(`/${of.path}/${rec.id}/erase`, { reason });
