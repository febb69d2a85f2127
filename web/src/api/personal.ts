import { address, post } from "./client";

/** Everything that is kept about a contact, as a workbook. */
export const personalDataAddress = (contact: string) => address(`/contacts/${contact}/personal-data`);
export const erasePerson = (contact: string, reason: string) => post<void>(`/contacts/${contact}/erase`, { reason });
