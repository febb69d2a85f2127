import { get, post } from "../../api/client";
import { createRecord, listRecords, patchRecord } from "../../api/records";
import type { components } from "../../api/schema.gen";
import type { Rec } from "../../api/types";

type S = components["schemas"];
export type FormAsk = S["FormField"];
export type Askable = S["WebFormAskable"];
export type FormUse = S["WebFormUse"];

/** What a designer changes of a form. */
export type FormDraft = {
  name: string;
  title: string;
  intro: string;
  language: "zh" | "en";
  fields: FormAsk[];
  theme: "light" | "dark" | "auto";
  accent: string;
  consent: string;
  consent_required: boolean;
  thanks: string;
  redirect: string;
  origins: string[];
  receiver_id: string;
  source: string;
  source_detail: string;
  tags: string[];
  active: boolean;
};

const path = "web-forms";
export const formsQuery = {
  queryKey: ["web-forms"],
  queryFn: async () => (await listRecords(path, { sort: "name", limit: 200 })).items,
};
export const askable = async () => (await get<{ items: Askable[] | null }>("/web-forms/askable")).items ?? [];
export const formUse = (id: string) => get<FormUse>(`/web-forms/${id}/use`);
export const renewForm = (id: string) => post<void>(`/web-forms/${id}/renew`);
export const saveForm = (now: Rec | undefined, values: Partial<FormDraft>) =>
  now ? patchRecord(path, now.id, now.version, values) : createRecord(path, values);
export const previewForm = async (d: FormDraft) => {
  const { language, title, intro, fields, theme, accent, consent, consent_required } = d;
  return (await post<{ html: string }>("/web-forms/preview", { language, title, intro, fields, theme, accent, consent, consent_required }))
    .html;
};
