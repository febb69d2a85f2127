import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainAccess } from "../../api/access";
import type { Access, ActionAccess, RecordAccess } from "../../api/types";
import { t } from "../../lib/i18n";
import { Avatar, Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { Dialog } from "../../lib/ui/dialog";
import { IconCheck, IconX } from "../../lib/ui/icons";
import { useUserOptions } from "../../meta/directory";
import { fieldAccessSaid } from "../../meta/permission-words";
import type { AccessRequest } from "../../record/open";
import "./access.css";

type Props = AccessRequest & { onClose: () => void };

/** 权限说明: what a user may do and see, and why; with a record, what they may do with that one. */
export default function AccessDialog({ user, record, onClose }: Props) {
  const [id, setId] = useState(user?.id ?? "");
  const people = useUserOptions();
  const { data, error, refetch } = useQuery({
    queryKey: ["access", id, record?.entity, record?.id],
    queryFn: () => explainAccess(id, record),
    enabled: !!id,
    staleTime: 0,
  });
  return (
    <Dialog title={record ? t("access.toRecord", record.name) : t("access.of", user?.name ?? "")} kind="drawer" onClose={onClose}>
      <div className="stack">
        {record && (
          <Combobox
            label={t("access.choose")}
            value={id ? [id] : []}
            options={people}
            placeholder={t("access.choose")}
            autoOpen={!user}
            onChange={([v]) => v && setId(v)}
          />
        )}
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data ? (
          <Explained access={data} />
        ) : id ? (
          <Ghosts n={6} />
        ) : (
          <p className="muted">{t("access.chooseHint")}</p>
        )}
      </div>
    </Dialog>
  );
}

function Explained({ access: { user, roles, modules, record } }: { access: Access }) {
  return (
    <>
      <p className="row wrap">
        <Avatar name={user.name} size={28} />
        <b>{user.name}</b>
        {roles.map((r) => (
          <Badge key={r.id} color="blue">
            {r.name}
          </Badge>
        ))}
        {roles.length === 0 && <span className="muted">{t("access.noRoles")}</span>}
      </p>
      {record ? (
        <ToRecord record={record} />
      ) : (
        modules.map((m) => (
          <section key={m.module} className="access-module" aria-label={m.label}>
            <h3>{m.label}</h3>
            <Actions actions={m.actions} />
          </section>
        ))
      )}
    </>
  );
}

/** What is allowed and by what; what is not, in one line where there is nothing more to say about it. */
function Actions({ actions }: { actions: ActionAccess[] }) {
  const told = actions.filter((a) => a.allowed || a.why.length > 0);
  const rest = actions.filter((a) => !a.allowed && a.why.length === 0);
  return (
    <>
      {told.length > 0 && (
        <ul className="access-actions">
          {told.map((a) => (
            <li key={a.action}>
              {a.allowed ? <IconCheck size={17} className="yes" aria-hidden /> : <IconX size={17} className="no" aria-hidden />}
              <span>
                {a.label}
                <span className="sr">{a.allowed ? t("yes") : t("no")}</span>
              </span>
              <span className="muted small">{a.why.join(t("access.and"))}</span>
            </li>
          ))}
        </ul>
      )}
      {rest.length > 0 && <p className="muted small">{t("access.notGranted", rest.map((a) => a.label).join(t("list.comma")))}</p>}
    </>
  );
}

const colors = { edit: "green", see: "blue", masked: "orange", hidden: "red" } as const;

function ToRecord({ record: { owner, actions, fields } }: { record: RecordAccess }) {
  const [all, setAll] = useState(false);
  const less = fields.filter((f) => f.access !== (actions.find((a) => a.action === "edit")?.allowed ? "edit" : "see"));
  const shown = all ? fields : less;
  return (
    <>
      {owner.id && <p className="muted">{t("duplicates.owner", owner.name)}</p>}
      <Actions actions={actions} />
      {fields.length > 0 && (
        <section className="access-module" aria-label={t("access.fields")}>
          <h3>{t("access.fields")}</h3>
          <p className="row wrap">
            {(["edit", "see", "masked", "hidden"] as const).map((a) => {
              const n = fields.filter((f) => f.access === a).length;
              return n ? (
                <Badge key={a} color={colors[a]}>
                  {fieldAccessSaid(a)} {n}
                </Badge>
              ) : null;
            })}
            <button type="button" className="link small" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t("access.onlyLess") : t("access.allFields")}
            </button>
          </p>
          <ul className="access-fields">
            {shown.map((f) => (
              <li key={f.field}>
                <span className="one-line">{f.label}</span>
                <Badge color={colors[f.access]}>{fieldAccessSaid(f.access)}</Badge>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
