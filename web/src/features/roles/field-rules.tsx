import { useState } from "react";
import type { FieldAccess, FieldRules, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Badge, Chips } from "../../lib/ui/bits";
import { IconSearch } from "../../lib/ui/icons";
import { fieldAccessSaid } from "../../meta/permission-words";

type Props = {
  catalogue: RoleCatalogue;
  rules: FieldRules;
  disabled: boolean;
  onChange: (entity: string, field: string, access: FieldAccess) => void;
};

/** What the role may do with each field, where that is less than with the record. */
export function FieldRulesBox({ catalogue, rules, disabled, onChange }: Props) {
  const [at, setAt] = useState("customer");
  const [q, setQ] = useState("");
  const [ruled, setRuled] = useState(disabled);
  const [all, setAll] = useState(false);
  const phone = usePhone();
  const entity = catalogue.entities.find((e) => e.entity === at) ?? catalogue.entities[0];
  if (!entity) return null;
  const count = (name: string) => Object.keys(rules[name] ?? {}).length;
  const found = entity.fields.filter(
    (f) => f.label.toLowerCase().includes(q.trim().toLowerCase()) && (!ruled || rules[entity.entity]?.[f.field]),
  );
  const first = phone ? 10 : 24;
  const shown = all || q || ruled ? found : found.filter((f, i) => i < first || rules[entity.entity]?.[f.field]);
  return (
    <section className="box" aria-labelledby="role-fields">
      <div className="box-head">
        <h3 id="role-fields">{t("roles.fields")}</h3>
      </div>
      <div className="roles-fields">
        <p className="muted small">{t("roles.fieldsNote")}</p>
        <Chips
          label={t("fields.of")}
          hideLabel
          value={entity.entity}
          options={catalogue.entities.map((e) => ({ value: e.entity, label: count(e.entity) ? `${e.label} ${count(e.entity)}` : e.label }))}
          onChange={setAt}
        />
        <div className="row wrap">
          <div className="roles-search">
            <IconSearch size={17} aria-hidden />
            <input
              className="input"
              type="search"
              placeholder={t("columns.find")}
              aria-label={t("columns.find")}
              value={q}
              onChange={(e) => setQ(e.target.value)}
            />
          </div>
          <label className="check small">
            <input type="checkbox" checked={ruled} onChange={(e) => setRuled(e.target.checked)} />
            {t("roles.onlyRuled")}
          </label>
        </div>
        {shown.length === 0 && <p className="muted">{ruled && !q ? t("roles.noRules") : t("nothing")}</p>}
        <ul className="roles-field-list">
          {shown.map((f) => {
            const now = rules[entity.entity]?.[f.field] ?? "edit";
            const id = `rule-${entity.entity}-${f.field}`;
            return (
              <li key={f.field}>
                <label htmlFor={id} className="one-line">
                  {f.label} {f.private && <Badge color="violet">{t("roles.private")}</Badge>}
                </label>
                <select
                  id={id}
                  className={now === "edit" ? "input none" : "input"}
                  value={now}
                  disabled={disabled}
                  onChange={(e) => onChange(entity.entity, f.field, e.target.value as FieldAccess)}
                >
                  <option value="edit">{f.read_only ? t("access.see") : t("access.edit")}</option>
                  {(["see", "masked", "hidden"] as const)
                    .filter((a) => !(f.read_only && a === "see"))
                    .map((a) => (
                      <option key={a} value={a}>
                        {fieldAccessSaid(a)}
                      </option>
                    ))}
                </select>
              </li>
            );
          })}
        </ul>
        {shown.length < found.length && (
          <p>
            <button type="button" className="btn small" onClick={() => setAll(true)}>
              {t("roles.allFields", found.length)}
            </button>
          </p>
        )}
      </div>
    </section>
  );
}
