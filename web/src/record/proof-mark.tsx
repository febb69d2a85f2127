import { lazy, Suspense, useState } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { str } from "../fields";
import { formatInstant } from "../lib/format";
import { t, withAdmin } from "../lib/i18n";
import { IconShieldCheck } from "../lib/ui/icons";
import { may } from "../meta/meta";
import "./proof.css";

const ProofDialog = lazy(() => withAdmin(() => import("./proof-dialog")));

/** What can get a text message: mainland mobiles, and numbers of other countries. */
const texts = (number: string) => /^(1\d{10}|\+\d[\d\s-]+)$/.test(number);

type Props = { entity: EntityMeta; field: FieldMeta; rec: Rec; since: FieldMeta };

/** Whether a number is verified; where codes can be sent, the way to verify it. */
export default function ProofMark({ entity, field, rec, since }: Props) {
  const [open, setOpen] = useState(false);
  const number = str(rec[field.name]);
  const at = rec[since.name];
  if (at)
    return (
      <span className="badge c-green proof" title={t("proof.since", formatInstant(str(at)))}>
        <IconShieldCheck size={13} aria-hidden />
        {t("proof.yes")}
      </span>
    );
  if (!texts(number)) return null;
  const can = may(entity, "edit") && rec._can?.edit !== false && !rec._archived && !rec._masked?.includes(field.name);
  if (!can) return <span className="badge c-gray proof">{t("proof.no")}</span>;
  return (
    <>
      <button
        type="button"
        className="badge c-orange proof"
        aria-haspopup="dialog"
        aria-label={t("proof.verify", number)}
        onClick={() => setOpen(true)}
      >
        {t("proof.no")}
      </button>
      {open && (
        <Suspense>
          <ProofDialog entity={entity} field={field} rec={rec} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
