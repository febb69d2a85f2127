import type { FieldMeta, FieldType } from "../api/types";
import { birthday } from "./birthday";
import { bool } from "./bool";
import { choice } from "./choice";
import { choices } from "./choices";
import { country } from "./country";
import { creditCode } from "./credit-code";
import { date } from "./date";
import { datetime } from "./datetime";
import { email } from "./email";
import { industry } from "./industry";
import { int } from "./int";
import type { FieldKind } from "./kind";
import { longtext } from "./longtext";
import { money } from "./money";
import { phone } from "./phone";
import { phones } from "./phones";
import { ref } from "./ref";
import { refs } from "./refs";
import { region } from "./region";
import { tags } from "./tags";
import { text } from "./text";
import { url } from "./url";

/** The one map from a field's type to how it is shown and entered. */
const kinds: Record<FieldType, FieldKind> = {
  text,
  longtext,
  int,
  money,
  date,
  datetime,
  bool,
  choice,
  choices,
  ref,
  refs,
  region,
  industry,
  phone,
  email,
  url,
  tags,
  phones,
  birthday,
  country,
  credit_code: creditCode,
  json: text,
};

/** A type this page does not know yet is treated as text. */
export const kindOf = (f: FieldMeta): FieldKind => kinds[f.type] ?? text;
export { blank, type FieldKind, type InputProps, list, str } from "./kind";
export { Show } from "./show";
