import type { Grant, ListedGrant, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { Combobox } from "../../lib/ui/combobox";
import { IconCheck } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { useDepartmentOptions, useDirectory } from "../../meta/directory";
import { isListed, scopeOf } from "../../meta/permissions";

type Props = {
  label: string;
  /** It takes a scope; others are granted or not. */
  reach: boolean;
  scopes: RoleCatalogue["scopes"];
  value: Grant | undefined;
  /** It differs from what is in force. */
  changed: boolean;
  disabled: boolean;
  onChange: (g: Grant | undefined) => void;
};

/** Grants an action, or says how far it reaches. */
export function GrantInput({ label, reach, scopes, value, changed, disabled, onChange }: Props) {
  const scope = scopeOf(value);
  if (disabled) return <Said reach={reach} value={value} />;
  if (!reach)
    return (
      <label className={changed ? "grant-yes changed" : "grant-yes"}>
        <input type="checkbox" aria-label={label} checked={!!scope} onChange={(e) => onChange(e.target.checked || undefined)} />
      </label>
    );
  const choose = (s: string) => onChange(s === "listed" ? { scope: "listed", departments: [], below: true } : ((s || undefined) as Grant));
  return (
    <span className="grant">
      <select
        className={`input${changed ? " changed" : ""}${scope ? "" : " none"}`}
        aria-label={label}
        value={scope}
        onChange={(e) => choose(e.target.value)}
      >
        <option value="">{t("grant.none")}</option>
        {scopes.map((s) => (
          <option key={s.scope} value={s.scope}>
            {t(`scope.${s.scope as "self"}`)}
          </option>
        ))}
      </select>
      {isListed(value) && <Departments label={label} value={value} onChange={onChange} />}
    </span>
  );
}

/** A permission to be read. */
function Said({ reach, value }: Pick<Props, "reach" | "value">) {
  const { departments } = useDirectory();
  const scope = scopeOf(value);
  const said = !scope ? t("grant.none") : reach ? t(`scope.${scope as "self"}`) : t("grant.yes");
  return (
    <span className={reach ? "grant-said" : "grant-said yes"}>
      {!scope ? (
        <span className="muted" aria-hidden>
          —
        </span>
      ) : (
        !reach && <IconCheck size={18} aria-hidden />
      )}
      <span className={reach && scope ? undefined : "sr"}>{said}</span>
      {isListed(value) && (
        <span className="muted small">
          {value.departments.map((id) => departments.find((d) => d.id === id)?.name ?? t("grant.gone")).join(t("list.comma"))}
        </span>
      )}
    </span>
  );
}

type DepartmentsProps = { label: string; value: ListedGrant; onChange: (g: Grant) => void };

/** Which departments a scope lists. */
function Departments({ label, value, onChange }: DepartmentsProps) {
  const options = useDepartmentOptions();
  const { departments } = useDirectory();
  const first = departments.find((d) => d.id === value.departments[0])?.name ?? t("grant.gone");
  const n = value.departments.length;
  return (
    <Popover
      className={n ? "link small grant-which" : "link small grant-which late"}
      popName={`${label} ${t("grant.which")}`}
      popClass="grant-pop"
      label={n > 1 ? t("grant.departments", first, n) : n ? first : t("grant.choose")}
    >
      {() => (
        <div className="stack">
          <Combobox
            label={t("grant.which")}
            multiple
            value={value.departments}
            options={options}
            placeholder={t("grant.which")}
            onChange={(list) => onChange({ ...value, departments: list })}
          />
          <label className="check">
            <input type="checkbox" checked={!!value.below} onChange={(e) => onChange({ ...value, below: e.target.checked })} />
            {t("grant.withBelow")}
          </label>
        </div>
      )}
    </Popover>
  );
}
