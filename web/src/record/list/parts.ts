import { withRecords } from "../../lib/i18n";
import { later } from "../../lib/later";
import { isPhone } from "../../lib/screen";

/** What a list consists of on a desk and on a phone: neither fetches what the other needs. */
export const Desk = later(async () => (await import("./desk")).default);
export const DeskTools = later(async () => (await import("./desk-tools")).default);
export const Cards = later(async () => (await import("./cards")).Cards);

/** Has the parts and the words at hand that this screen needs, so that a list shows whole. */
export const loadParts = () => withRecords(() => Promise.all(isPhone() ? [Cards.load()] : [Desk.load(), DeskTools.load()]));
