import { queryOptions } from "@tanstack/react-query";
import { get, post, request } from "./client";
import type { Choice, FieldChange, Meta, NewChoice, NewField, Settings } from "./types";

/** A choice that somebody adds while filling in a form; one that is there already is given back. */
export const addChoice = (entity: string, field: string, label: string) => post<Choice>("/choices", { entity, field, label });

export const settingsQuery = queryOptions({ queryKey: ["settings"], queryFn: () => get<Settings>("/settings") });
export const putSettings = ({ company, code_rule, watermark }: Pick<Settings, "company" | "code_rule" | "watermark">) =>
  request<Settings>("PUT", "/settings", { body: { company, code_rule, watermark } });

const at = (entity: string, field: string) => `/fields/${entity}/${field}`;
export const createField = (f: NewField) => post<{ entity: string; name: string }>("/fields", f);
export const getField = (entity: string, field: string) => get<NewField>(at(entity, field));
export const changeField = (entity: string, field: string, v: FieldChange) => request<void>("PATCH", at(entity, field), { body: v });
/** The company's own fields of an entity, in their new order. */
export const orderFields = (entity: string, fields: string[]) => request<void>("PUT", at(entity, "order"), { body: { fields } });
export const putChoices = (entity: string, field: string, choices: NewChoice[]) =>
  request<void>("PUT", `${at(entity, field)}/choices`, { body: { choices } });
export const putUse = (entity: string, field: string, use: { required: boolean; hidden: boolean }) =>
  request<void>("PUT", `${at(entity, field)}/use`, { body: use });
/** The definitions as a reader of lang sees them: names are entered in both languages. */
export const metaIn = (lang: "zh" | "en") => request<Meta>("GET", "/meta", { lang });
