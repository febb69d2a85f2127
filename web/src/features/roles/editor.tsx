import { useQuery } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { changeRole, createRole, usersWithRole } from "../../api/access";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import type { Role, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { Badge, Field, Spinner } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { isListed, permissionDifferences, ruleDifferences, withGrant, withRule } from "../../meta/permissions";
import { FieldRulesBox } from "./field-rules";
import { LossDialog } from "./loss-dialog";
import { Matrix } from "./matrix";
import { RoleMenu } from "./role-menu";

type Props = { role: Role; catalogue: RoleCatalogue };

/** What a role may do, to look at or to change; nothing is in force before it is saved. */
export function Editor({ role, catalogue }: Props) {
  const [draft, setDraft] = useState(role);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [warned, setWarned] = useState(false);
  const navigate = useNavigate();
  const fresh = !role.id;
  const admin = role.built_in === "admin";
  const fixed = admin || !permits("role", fresh ? "create" : "edit");
  const users = useQuery({
    queryKey: ["role-users", role.id],
    queryFn: () => usersWithRole(role.id),
    enabled: !fresh && permits("user", "view"),
  });
  const count = catalogue.users[role.id] ?? 0;
  const grants = permissionDifferences(catalogue, role.permissions, draft.permissions);
  const rules = ruleDifferences(role.fields, draft.fields);
  const flags = (["name", "remark", "sees_private", "masked", "second_factor"] as const).filter((k) => role[k] !== draft[k]);
  const changed = grants.length + rules.length + flags.length;
  const dirty = fresh ? draft.name !== role.name || changed > 0 : changed > 0;
  const set = (patch: Partial<Role>) => setDraft({ ...draft, ...patch });
  useBlocker({
    shouldBlockFn: async () => !(await ask({ title: t("unsaved"), text: t("unsaved.text"), yes: t("unsaved.leave"), danger: true })),
    disabled: !dirty || busy,
    enableBeforeUnload: dirty,
  });

  const save = async () => {
    setWarned(false);
    setBusy(true);
    const { id, version, name, remark, permissions, fields, sees_private, masked, second_factor } = draft;
    const values = { name: name.trim(), remark: remark.trim(), permissions, fields, sees_private, masked, second_factor };
    try {
      const saved = await (fresh ? createRole(values) : changeRole(id, version, values));
      queryClient.setQueryData(["role", saved.id], saved);
      for (const key of ["roles", "catalogue", "meta", "boot", "list"]) void queryClient.invalidateQueries({ queryKey: [key] });
      toast(t("saved", saved.name));
      if (fresh) void navigate({ to: "/settings/roles/$id", params: { id: saved.id }, ignoreBlocker: true });
    } catch (e) {
      setErrors(e instanceof ApiError ? e.fields : {});
      toastError(e);
    }
    setBusy(false);
  };
  const unfinished = Object.values(draft.permissions).some((m) => Object.values(m).some((g) => isListed(g) && g.departments.length === 0));
  const losses = [...grants, ...rules].filter((d) => d.loses);
  const masks = (!role.masked && draft.masked) || (role.sees_private && !draft.sees_private);
  const trySave = () => (count > 0 && (losses.length > 0 || masks) ? setWarned(true) : void save());

  return (
    <form
      className="roles-editor"
      onSubmit={(e) => {
        e.preventDefault();
        trySave();
      }}
    >
      <header className="row wrap roles-head">
        <h2>{fresh ? t("roles.new") : role.name}</h2>
        {role.built_in && <Badge>{t("roles.builtIn")}</Badge>}
        {!fresh && (
          <span className="muted small grow">
            {t("roles.usedBy", count)}
            {users.data?.length ? `${t("colon")}${users.data.map((u) => u.name).join(t("list.comma"))}` : ""}
          </span>
        )}
        {!fresh && <RoleMenu role={role} count={count} />}
      </header>
      {admin && <p className="note info">{t("roles.adminFixed")}</p>}
      {!admin && fixed && <p className="note info">{t("roles.readOnly")}</p>}
      <section className="box box-pad roles-names">
        <Field id="role-name" label={t("roles.name")} required error={errors.name}>
          <input
            id="role-name"
            className={errors.name ? "input bad" : "input"}
            value={draft.name}
            maxLength={40}
            disabled={fixed && !admin}
            autoComplete="off"
            onChange={(e) => set({ name: e.target.value })}
          />
        </Field>
        <Field id="role-remark" label={t("roles.remark")} error={errors.remark}>
          <input
            id="role-remark"
            className="input"
            value={draft.remark}
            maxLength={200}
            disabled={fixed && !admin}
            autoComplete="off"
            onChange={(e) => set({ remark: e.target.value })}
          />
        </Field>
      </section>
      <Matrix
        catalogue={catalogue}
        permissions={draft.permissions}
        saved={fresh ? undefined : role.permissions}
        disabled={fixed}
        onChange={(module, action, g) => set({ permissions: withGrant(draft.permissions, module, action, g) })}
      />
      <section className="box" aria-labelledby="role-privacy">
        <div className="box-head">
          <h3 id="role-privacy">{t("roles.privacy")}</h3>
        </div>
        <div className="roles-flags">
          <Flag
            label={t("roles.seesPrivate")}
            help={t("roles.seesPrivateHelp")}
            on={draft.sees_private}
            disabled={fixed || draft.masked}
            onChange={(sees_private) => set({ sees_private })}
          />
          <Flag
            label={t("roles.masked")}
            help={t("roles.maskedHelp")}
            on={draft.masked}
            disabled={fixed}
            onChange={(masked) => set({ masked })}
          />
          <Flag
            label={t("roles.factor")}
            help={t("roles.factorHelp")}
            on={draft.second_factor}
            disabled={fixed && !admin}
            onChange={(second_factor) => set({ second_factor })}
          />
        </div>
      </section>
      <FieldRulesBox
        catalogue={catalogue}
        rules={draft.fields}
        disabled={fixed}
        onChange={(entity, field, access) => set({ fields: withRule(draft.fields, entity, field, access) })}
      />
      {dirty && (
        <div className="roles-save" role="status">
          <span className="grow">
            {fresh ? t("roles.unsavedNew") : t("roles.changes", changed)}
            {losses.length > 0 && count > 0 && <b className="late"> {t("roles.lossesShort", losses.length)}</b>}
          </span>
          <button type="button" className="btn" onClick={() => setDraft(role)}>
            {t("reset")}
          </button>
          <button type="submit" className="btn primary" disabled={busy || unfinished || !draft.name.trim()}>
            {busy && <Spinner />}
            {t("save")}
          </button>
        </div>
      )}
      {warned && (
        <LossDialog
          catalogue={catalogue}
          role={role}
          grants={grants}
          rules={rules}
          masks={masks}
          count={count}
          onClose={() => setWarned(false)}
          onSave={() => void save()}
        />
      )}
    </form>
  );
}

type FlagProps = { label: string; help: string; on: boolean; disabled?: boolean; onChange: (on: boolean) => void };
const Flag = ({ label, help, on, disabled, onChange }: FlagProps) => (
  <label className="roles-flag">
    <input type="checkbox" checked={on} disabled={disabled} onChange={(e) => onChange(e.target.checked)} />
    <span>
      {label}
      <span className="muted small">{help}</span>
    </span>
  </label>
);
