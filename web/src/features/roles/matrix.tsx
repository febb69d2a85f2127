import type { Grant, Permissions, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { useWide } from "../../lib/screen";
import { grantSaid } from "../../meta/permission-words";
import { sameGrant } from "../../meta/permissions";
import { GrantInput } from "./grant-input";

type Props = {
  catalogue: RoleCatalogue;
  permissions: Permissions;
  /** What is in force, to mark what differs from it. */
  saved?: Permissions;
  disabled: boolean;
  onChange: (module: string, action: string, g: Grant | undefined) => void;
};
type Module = RoleCatalogue["modules"][number];
type Action = Module["actions"][number];

/** Modules and what may be done in each: a table where there is room, else one module after the other. */
export function Matrix(p: Props) {
  const wide = useWide();
  return (
    <section className="box roles-matrix" aria-labelledby="role-matrix">
      <div className="box-head">
        <h3 id="role-matrix">{t("roles.matrix")}</h3>
      </div>
      {wide ? <Table {...p} /> : p.catalogue.modules.map((m) => <Folded key={m.module} {...p} of={m} />)}
    </section>
  );
}

function Cell({ of, action, permissions, saved, disabled, onChange, catalogue }: Props & { of: Module; action: Action }) {
  const now = permissions[of.module]?.[action.action];
  return (
    <GrantInput
      label={`${of.label} ${action.label}`}
      reach={action.reach}
      scopes={catalogue.scopes}
      value={now}
      changed={!!saved && !sameGrant(now, saved[of.module]?.[action.action])}
      disabled={disabled}
      onChange={(g) => onChange(of.module, action.action, g)}
    />
  );
}

function Table(p: Props) {
  const { modules } = p.catalogue;
  const columns = [...new Map(modules.flatMap((m) => m.actions.map((a) => [a.action, a.label] as const)))];
  const reaches = new Set(modules.flatMap((m) => m.actions.filter((a) => a.reach).map((a) => a.action)));
  return (
    <div className="roles-scroll">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("roles.module")}</th>
            {columns.map(([action, label]) => (
              <th key={action} scope="col" className={reaches.has(action) ? "reach" : "yes"}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {modules.map((m) => (
            <tr key={m.module}>
              <th scope="row">{m.label}</th>
              {columns.map(([action]) => {
                const a = m.actions.find((x) => x.action === action);
                return <td key={action}>{a && <Cell {...p} of={m} action={a} />}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Folded(p: Props & { of: Module }) {
  const { of, permissions, catalogue } = p;
  const granted = of.actions.filter((a) => permissions[of.module]?.[a.action]);
  return (
    <details className="roles-module" open={of.module === "customer"}>
      <summary>
        <span className="grow">{of.label}</span>
        <span className="muted small one-line">
          {granted.length
            ? granted.map((a) => (a.reach ? grantSaid(catalogue, of.module, a.action, permissions[of.module]?.[a.action]) : a.label))[0] +
              (granted.length > 1 ? ` +${granted.length - 1}` : "")
            : t("grant.none")}
        </span>
      </summary>
      {of.actions.map((a) => (
        <div key={a.action} className="roles-line">
          <span>{a.label}</span>
          <Cell {...p} action={a} />
        </div>
      ))}
    </details>
  );
}
