import { post } from "./client";

/** The path of everything that is kept about a contact, a workbook. */
export const personalData = (contact: string) => `/contacts/${contact}/personal-data`;
export const erasePerson = (contact: string, reason: string) => post<void>(`/contacts/${contact}/erase`, { reason });
