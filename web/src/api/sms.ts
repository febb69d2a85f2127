import { get, post, request } from "./client";
import type { components } from "./schema.gen";
import type { Rec } from "./types";

type S = components["schemas"];
export type SmsGateway = S["SMSGateway"];
export type SmsComputed = S["SMSComputed"];
export type SmsTested = S["TestedSMS"];
export type SentCode = S["SentCode"];

export const smsSettings = () => get<S["SMSSettings"]>("/sms");
export const putSms = (g: SmsGateway) => request<S["SMSSettings"]>("PUT", "/sms", { body: g });
export const removeSms = () => request<void>("DELETE", "/sms");
export const testSms = (phone: string) => post<SmsTested>("/sms/test", { phone });

export const sendCode = (path: string, id: string, field: string) => post<SentCode>(`/${path}/${id}/sms-code`, { field });
export const confirmCode = (path: string, id: string, field: string, code: string) =>
  post<Rec>(`/${path}/${id}/sms-code/confirm`, { field, code });
