import type { FieldAccess, Grant, Role, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";
import { fieldAccessSaid, grantSaid, labelsOf } from "../../meta/permission-words";
import type { Difference } from "../../meta/permissions";

type Props = {
  catalogue: RoleCatalogue;
  role: Role;
  grants: Difference<Grant | undefined>[];
  rules: Difference<FieldAccess>[];
  /** Contact data will be masked that was not. */
  masks: boolean;
  count: number;
  onSave: () => void;
  onClose: () => void;
};

/** Says what those who have a role would lose, before it is saved. */
export function LossDialog({ catalogue, role, grants, rules, masks, count, onSave, onClose }: Props) {
  const labels = labelsOf(catalogue);
  const lost = [
    ...grants
      .filter((d) => d.loses)
      .map((d) => ({
        label: `${labels.module(d.of)} · ${labels.action(d.of, d.what)}`,
        old: grantSaid(catalogue, d.of, d.what, d.old),
        next: grantSaid(catalogue, d.of, d.what, d.next),
      })),
    ...rules
      .filter((d) => d.loses)
      .map((d) => ({ label: labels.field(d.of, d.what), old: fieldAccessSaid(d.old), next: fieldAccessSaid(d.next) })),
    ...(masks ? [{ label: t("roles.privacy"), old: t("roles.inFull"), next: t("access.masked") }] : []),
  ];
  return (
    <Dialog
      title={t("roles.lossTitle", role.name)}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" className="btn danger" onClick={onSave}>
            {t("roles.saveAnyway")}
          </button>
        </>
      }
    >
      <p>{t("roles.lossText", count)}</p>
      <dl className="roles-lost">
        {lost.map((l) => (
          <div key={l.label}>
            <dt>{l.label}</dt>
            <dd>
              <del>{l.old}</del> → <b>{l.next}</b>
            </dd>
          </div>
        ))}
      </dl>
      <p className="muted small">{t("roles.lossNote")}</p>
    </Dialog>
  );
}
