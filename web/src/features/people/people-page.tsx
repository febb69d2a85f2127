import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { listRecords } from "../../api/records";
import { currentUser, permits, setUserPassword } from "../../api/session";
import type { EntityMeta, Filter, Rec } from "../../api/types";
import { Show, str } from "../../fields";
import { openForm } from "../../form/open";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Avatar, Badge, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { matches } from "../../lib/ui/combobox";
import { ask } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import {
  IconDots,
  IconEye,
  IconKey,
  IconPencil,
  IconPlus,
  IconSearch,
  IconShieldLock,
  IconUser,
  IconUserShare,
  IconUsers,
} from "../../lib/ui/icons";
import { PasswordField } from "../../lib/ui/password-field";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast } from "../../lib/ui/toast";
import { useDebounced } from "../../lib/use-debounced";
import { departmentPath, useDirectory, useUserOptions } from "../../meta/directory";
import { fieldOf, may, refOf, useEntity } from "../../meta/meta";
import { edit } from "../../record/edit";
import { openAccess, openHandover, openSecurity } from "../../record/open";
import { below, tree } from "./department-tree";
import "./people.css";

const reload = () => {
  for (const k of ["directory", "list"]) void queryClient.invalidateQueries({ queryKey: [k] });
};

/** 用户与部门: the tree of departments on the left, its people on the right. */
export default function PeoplePage() {
  const user = useEntity("user");
  const department = useEntity("department");
  const [at, setAt] = useState("");
  const [fresh, setFresh] = useState<Rec>();
  const { departments } = useDirectory();
  const phone = usePhone();
  if (!user || !department)
    return (
      <div className="page page-pad">
        <Ghosts n={10} />
      </div>
    );
  // Without a password nobody signs in: it is asked for next.
  const made = (rec: Rec) => {
    reload();
    setFresh(rec);
  };
  const newUser = () => openForm({ entity: "user", values: { active: true, ...(at ? { department_id: at } : {}) }, onSaved: made });
  return (
    <div className="page page-pad">
      <header className="head">
        <h1 className="grow">{t("nav.people")}</h1>
        <div className="row">
          {may(department, "create") && (
            <button
              type="button"
              className="btn"
              onClick={() => openForm({ entity: "department", values: at ? { parent_id: at } : {}, onSaved: reload })}
            >
              <IconPlus size={17} aria-hidden />
              {t("new.of", department.label)}
            </button>
          )}
          {may(user, "create") && (
            <button type="button" className="btn primary" onClick={newUser}>
              <IconPlus size={17} aria-hidden />
              {t("new.of", user.label)}
            </button>
          )}
        </div>
      </header>
      <div className="people">
        {phone ? (
          <select className="input" aria-label={department.label} value={at} onChange={(e) => setAt(e.target.value)}>
            <option value="">{t("people.all")}</option>
            {departments.map((d) => (
              <option key={d.id} value={d.id}>
                {departmentPath({ users: [], departments }, d.id)}
              </option>
            ))}
          </select>
        ) : (
          <section className="box depts" aria-label={department.label_plural}>
            <button type="button" className="dept" aria-pressed={at === ""} onClick={() => setAt("")}>
              <IconUsers size={16} aria-hidden />
              {t("people.all")}
            </button>
            <Tree nodes={tree(departments)} at={at} onPick={setAt} department={department} />
          </section>
        )}
        <Users entity={user} department={at} />
      </div>
      {fresh && <PasswordDialog user={fresh} first onClose={() => setFresh(undefined)} />}
    </div>
  );
}

function Tree({
  nodes,
  at,
  onPick,
  department,
}: {
  nodes: ReturnType<typeof tree>;
  at: string;
  onPick: (id: string) => void;
  department: EntityMeta;
}) {
  return (
    <ul>
      {nodes.map((n) => (
        <li key={n.id}>
          <div className="dept-row">
            <button type="button" className="dept" aria-pressed={at === n.id} onClick={() => onPick(n.id)}>
              {n.name}
            </button>
            {may(department, "edit") && at === n.id && (
              <button
                type="button"
                className="icon-btn tiny"
                aria-label={t("edit.of", n.name)}
                onClick={() => openForm({ entity: "department", rec: { ...n, version: "" } as unknown as Rec, onSaved: reload })}
              >
                <IconPencil size={14} aria-hidden />
              </button>
            )}
          </div>
          {n.below.length > 0 && <Tree nodes={n.below} at={at} onPick={onPick} department={department} />}
        </li>
      ))}
    </ul>
  );
}

function Users({ entity, department }: { entity: EntityMeta; department: string }) {
  const { departments } = useDirectory();
  const [typed, setTyped] = useState("");
  const [left, setLeft] = useState(false);
  const [password, setPassword] = useState<Rec>();
  const q = useDebounced(typed.trim());
  const known = useUserOptions(true);
  const ids = q ? known.filter((u) => matches(u, q)).map((u) => u.value) : [];
  const named: Filter[] = ["name", "login", "mobile"].map((field) => ({ field, op: "contains", value: q }));
  const filters: Filter[] = [
    ...(q ? [{ or: [...named, ...(ids.length ? [{ field: "id", op: "in", value: ids }] : [])] }] : []),
    ...(department ? [{ field: "department_id", op: "in", value: below(departments, department) }] : []),
    ...(left ? [] : [{ field: "active", op: "is", value: true }]),
  ];
  const filter: Filter | undefined = filters.length > 1 ? { and: filters } : filters[0];
  const fields = ["name", "login", "department_id", "role_ids", "mobile", "active"].filter((n) => fieldOf(entity, n));
  const list = useInfiniteQuery({
    queryKey: ["list", entity.path, filter, "people"],
    queryFn: ({ pageParam }) => listRecords(entity.path, { filter, fields, limit: 100 }, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
  });
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const roles = fieldOf(entity, "role_ids");
  const toggle = async (r: Rec) => {
    const active = r.active !== true;
    if (
      !active &&
      !(await ask({ title: t("people.disableAsk", str(r.name)), text: t("people.disableText"), yes: t("people.disable"), danger: true }))
    )
      return;
    await edit(entity, r, { active });
    reload();
  };
  return (
    <section className="box users" aria-label={entity.label_plural}>
      <div className="users-bar">
        <div className="list-search">
          <IconSearch size={17} aria-hidden />
          <input
            className="input"
            type="search"
            placeholder={t("search.in", entity.label_plural)}
            aria-label={t("search.in", entity.label_plural)}
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
          />
        </div>
        <label className="check small">
          <input type="checkbox" checked={left} onChange={(e) => setLeft(e.target.checked)} />
          {t("people.showLeft")}
        </label>
      </div>
      {list.error && !list.data ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <div className="box-pad">
          <Ghosts n={6} />
        </div>
      ) : items.length === 0 ? (
        <Empty icon={<IconUser size={26} />} title={t("empty.none")} />
      ) : (
        <ul>
          {items.map((r) => (
            <li key={r.id} className="user">
              <Avatar name={str(r.name)} size={34} />
              <div className="user-who">
                <b className={r.active === false ? "muted" : undefined}>{str(r.name)}</b>{" "}
                {r.active === false && <Badge>{t("people.left")}</Badge>}
                <p className="muted small">{str(r.login)}</p>
              </div>
              <span className="small one-line">{refOf(r, "department_id")?.name}</span>
              <span className="small">{roles && <Show field={roles} rec={r} />}</span>
              <span className="small num user-phone">{str(r.mobile)}</span>
              <Popover
                menu
                name={t("people.actions", str(r.name))}
                className="icon-btn"
                side="end"
                label={<IconDots size={18} aria-hidden />}
              >
                {() => (
                  <>
                    {r.active === true && permits("role", "view") && (
                      <MenuItem icon={<IconEye size={16} />} onClick={() => openAccess({ user: { id: r.id, name: str(r.name) } })}>
                        {t("people.access")}
                      </MenuItem>
                    )}
                    {permits("security", "view") && (
                      <MenuItem icon={<IconShieldLock size={16} />} onClick={() => openSecurity({ user: { id: r.id, name: str(r.name) } })}>
                        {t("settings.security")}
                      </MenuItem>
                    )}
                    {may(entity, "edit") && (
                      <>
                        <MenuItem icon={<IconPencil size={16} />} onClick={() => openForm({ entity: "user", rec: r, onSaved: reload })}>
                          {t("edit")}
                        </MenuItem>
                        <MenuItem icon={<IconKey size={16} />} onClick={() => setPassword(r)}>
                          {t("people.password")}
                        </MenuItem>
                        {r.id !== currentUser()?.id && (
                          <MenuItem
                            icon={<IconUserShare size={16} />}
                            onClick={() => openHandover({ user: { id: r.id, name: str(r.name) }, onBegun: reload })}
                          >
                            {t("people.handover")}
                          </MenuItem>
                        )}
                        <MenuItem icon={<IconUser size={16} />} danger={r.active === true} onClick={() => void toggle(r)}>
                          {r.active === true ? t("people.disable") : t("people.enable")}
                        </MenuItem>
                      </>
                    )}
                  </>
                )}
              </Popover>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <button type="button" className="btn small" onClick={() => void list.fetchNextPage()}>
          {t("more.load")}
        </button>
      )}
      {password && <PasswordDialog user={password} onClose={() => setPassword(undefined)} />}
    </section>
  );
}

function PasswordDialog({ user, first, onClose }: { user: Rec; first?: boolean; onClose: () => void }) {
  const save = async (form: FormData) => {
    await setUserPassword(user.id, String(form.get("password")));
    toast(t(first ? "people.ready" : "people.passwordSet", str(user.name)));
  };
  return (
    <FormDialog title={t(first ? "people.passwordFirst" : "people.passwordOf", str(user.name))} onClose={onClose} onSubmit={save}>
      {(errors) => (
        <PasswordField name="password" label={t("password.new")} fresh error={errors.password} help={t("people.passwordHelp")} autoFocus />
      )}
    </FormDialog>
  );
}
