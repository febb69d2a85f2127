import { useState } from "react";
import { queryClient } from "../../api/query";
import { archiveRecord, createRecord, patchRecord } from "../../api/records";
import type { EntityMeta, View } from "../../api/types";
import { t } from "../../lib/i18n";
import { Chips, Field } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconArrowDown, IconArrowUp, IconBookmark, IconChevronDown, IconPencil, IconPlus, IconTrash } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { changed, type ListSearch, type ListState, toViewSearch, viewKey, viewLabel, viewsOf } from "../../meta/list-state";
import { viewsQuery } from "../../meta/meta";

const reload = () => queryClient.invalidateQueries({ queryKey: viewsQuery.queryKey });
async function tell(act: () => Promise<unknown>, said?: string) {
  try {
    await act();
    await reload();
    if (said) toast(said);
    return true;
  } catch (e) {
    toastError(e);
    return false;
  }
}

const mayChange = (v: View | undefined) => !!v && v.scope !== "builtin" && !!v.id && v.mine !== false;
const scopes = ["private", "department", "all"] as const;

/** Names a view and says who else sees it. */
function ViewForm({
  title,
  view,
  onSave,
  onClose,
}: {
  title: string;
  view?: View;
  onSave: (name: string, scope: View["scope"]) => Promise<boolean>;
  onClose: () => void;
}) {
  const [scope, setScope] = useState<View["scope"]>(view?.scope ?? "private");
  return (
    <FormDialog title={title} onClose={onClose} onSubmit={(form) => onSave(String(form.get("name") ?? "").trim(), scope)}>
      {() => (
        <>
          <Field id="view-name" label={t("view.name")} required>
            <input
              id="view-name"
              name="name"
              className="input"
              defaultValue={view ? viewLabel(view) : ""}
              maxLength={40}
              required
              autoComplete="off"
            />
          </Field>
          <Chips
            label={t("view.scope")}
            value={scope as "private"}
            options={scopes.map((s) => ({ value: s, label: t(`view.${s}`) }))}
            onChange={setScope}
          />
        </>
      )}
    </FormDialog>
  );
}

type Props = { entity: EntityMeta; state: ListState; go: (patch: Partial<ListSearch>) => void };

// On a phone most of the views stand out of sight.
const intoSight = (tab: HTMLElement | null) => tab?.scrollIntoView({ block: "nearest", inline: "center" });

/** The views as tabs, and what can be done with them: save what was changed, name, order, delete. */
export function ViewTabs({ entity, state, go }: Props) {
  const [form, setForm] = useState<"new" | "rename">();
  const views = viewsOf(entity);
  const { view } = state;
  const dirty = changed(entity, state);
  const open = (v: View) =>
    go({
      view: viewKey(v) === viewKey(views[0] as View) ? undefined : viewKey(v),
      f: undefined,
      sort: undefined,
      cols: undefined,
      q: undefined,
      open: undefined,
    });
  const add = async (name: string, scope: View["scope"]) => {
    let made: View | undefined;
    const ok = await tell(async () => {
      made = (await createRecord("views", {
        name,
        scope,
        entity: entity.name,
        search: toViewSearch(state),
        position: views.length,
      })) as unknown as View;
    }, t("view.saved"));
    if (made) open(made);
    return ok;
  };
  const change = (v: View, values: object, said?: string) => tell(() => patchRecord("views", v.id ?? "", v.version ?? "", values), said);
  const saved = views.filter((v) => v.scope !== "builtin");
  const move = async (v: View, by: number) => {
    const order = [...saved];
    const at = order.indexOf(v);
    const other = order[at + by];
    if (!other) return;
    order[at] = other;
    order[at + by] = v;
    await tell(() =>
      Promise.all(
        order.map((x, i) =>
          x.position === i || !mayChange(x) ? undefined : patchRecord("views", x.id ?? "", x.version ?? "", { position: i }),
        ),
      ),
    );
  };
  const remove = async (v: View) => {
    if (!(await ask({ title: t("view.deleteAsk", viewLabel(v)), yes: t("delete"), danger: true }))) return;
    if (await tell(() => archiveRecord("views", v.id ?? "", v.version ?? ""), t("view.deleted"))) open(views[0] as View);
  };
  return (
    <div className="views">
      <nav className="view-tabs" aria-label={t("views")}>
        {views.map((v) => {
          const on = v === view;
          return (
            <span key={viewKey(v)} className={on ? "view on" : "view"} ref={on ? intoSight : undefined}>
              <button type="button" aria-current={on ? "true" : undefined} onClick={() => open(v)}>
                {viewLabel(v)}
              </button>
              {on && mayChange(v) && (
                <Popover menu name={t("view.more")} className="view-more" label={<IconChevronDown size={14} aria-hidden />}>
                  {() => (
                    <>
                      <MenuItem icon={<IconPencil size={16} />} onClick={() => setForm("rename")}>
                        {t("view.rename")}
                      </MenuItem>
                      <MenuItem icon={<IconArrowUp size={16} />} onClick={() => void move(v, -1)}>
                        {t("view.forward")}
                      </MenuItem>
                      <MenuItem icon={<IconArrowDown size={16} />} onClick={() => void move(v, 1)}>
                        {t("view.back")}
                      </MenuItem>
                      <MenuItem icon={<IconTrash size={16} />} danger onClick={() => void remove(v)}>
                        {t("delete")}
                      </MenuItem>
                    </>
                  )}
                </Popover>
              )}
            </span>
          );
        })}
      </nav>
      {dirty && (
        <span className="view-save">
          {mayChange(view) && view && (
            <button
              type="button"
              className="btn small soft"
              onClick={() => void change(view, { search: toViewSearch(state) }, t("view.saved")).then((ok) => ok && open(view))}
            >
              <IconBookmark size={15} aria-hidden />
              {t("view.update")}
            </button>
          )}
          <button type="button" className="btn small quiet" onClick={() => setForm("new")}>
            <IconPlus size={15} aria-hidden />
            {t("view.save")}
          </button>
          {view && (
            <button type="button" className="btn small quiet" onClick={() => open(view)}>
              {t("reset")}
            </button>
          )}
        </span>
      )}
      {form === "new" && <ViewForm title={t("view.save")} onSave={add} onClose={() => setForm(undefined)} />}
      {form === "rename" && view && (
        <ViewForm
          title={t("view.rename")}
          view={view}
          onSave={(name, scope) => change(view, { name, scope }, t("view.saved"))}
          onClose={() => setForm(undefined)}
        />
      )}
    </div>
  );
}
