import { get, post, request } from "./client";
import type { Access, Page, Role, RoleCatalogue } from "./types";

/** What a user may do and why; with a record, what they may do with it. */
export const explainAccess = (user: string, record?: { entity: string; id: string }) =>
  get<Access>(`/users/${user}/access`, { entity: record?.entity, record: record?.id });

export const roleCatalogue = () => get<RoleCatalogue>("/roles/catalogue");
export const listRoles = async () => (await get<Page<Role>>("/roles", { limit: 200, sort: "created_at" })).items;

export type RoleValues = Pick<Role, "name" | "remark" | "permissions" | "fields" | "sees_private" | "masked" | "second_factor">;
export const createRole = (v: RoleValues) => post<Role>("/roles", v);
export const changeRole = (id: string, version: number, v: Partial<RoleValues>) =>
  request<Role>("PATCH", `/roles/${id}`, { body: v, version });
export const getRole = (id: string) => get<Role>(`/roles/${id}`);
export const archiveRole = (id: string, version: number) => request<void>("DELETE", `/roles/${id}`, { version });
export const restoreRole = (id: string) => post<Role>(`/roles/${id}/restore`);
/** Active users who have a role, the first few of them. */
export const usersWithRole = async (id: string) => {
  const and = [
    { field: "role_ids", op: "in", value: [id] },
    { field: "active", op: "is", value: true },
  ];
  return (await get<Page<{ id: string; name: string }>>("/users", { filter: JSON.stringify({ and }), fields: "name", limit: 50 })).items;
};
