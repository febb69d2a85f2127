import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { queryClient } from "../api/query";
import { createRecord, getRecord, patchRecord } from "../api/records";
import { currentUser } from "../api/session";
import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { t } from "../lib/i18n";
import { Ghosts, Spinner } from "../lib/ui/bits";
import { ask, Dialog } from "../lib/ui/dialog";
import { toast, toastError } from "../lib/ui/toast";
import { uid } from "../lib/uid";
import { recordPath, titleOf, useEntity, writable } from "../meta/meta";
import { changes, filled, formGroups, initial, missing, type Values } from "./draft";
import { Duplicates } from "./duplicates";
import { FormFields } from "./form-fields";
import type { FormRequest } from "./open";
import "./form.css";

type Props = FormRequest & { onClose: () => void };

/** The drawer to make or change a record of any entity, in the groups its definition names. */
export default function RecordForm({ entity: name, rec, values, onSaved, onClose }: Props) {
  const entity = useEntity(name);
  // A list holds only the fields it shows: the form wants them all, and the newest.
  const full = useQuery({
    queryKey: ["record", entity?.path, rec?.id],
    queryFn: () => getRecord(entity?.path ?? "", rec?.id ?? ""),
    enabled: !!entity && !!rec,
    staleTime: 0,
  });
  if (!entity || (rec && full.isFetching))
    return (
      <Dialog title="…" kind="drawer" onClose={onClose}>
        <Ghosts n={8} h={56} gap={14} />
      </Dialog>
    );
  return <Form entity={entity} rec={rec && (full.data ?? rec)} given={values} onSaved={onSaved} onClose={onClose} />;
}

type FormProps = { entity: EntityMeta; rec?: Rec; given?: Values; onSaved?: (r: Rec) => void; onClose: () => void };

function Form({ entity, rec, given, onSaved, onClose }: FormProps) {
  const contact = useEntity("contact");
  const navigate = useNavigate();
  const before = useMemo(() => {
    const owner = entity.fields.find((f) => f.name === "owner_id" && writable(f));
    return initial(rec, { ...(!rec && owner ? { owner_id: currentUser()?.id } : {}), ...given });
  }, [entity, rec, given]);
  const [now, setNow] = useState<Values>(before);
  const [person, setPerson] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useRef(uid());
  const made = useRef<Rec>(undefined);
  const form = useRef<HTMLFormElement>(null);
  const groups = useMemo(() => formGroups(entity, !rec), [entity, rec]);
  const fields = useMemo(() => groups.flatMap((g) => g.fields), [groups]);
  // A new customer is entered together with its main contact.
  const personFields =
    !rec && entity.name === "customer"
      ? ["name", "title", "mobile"].flatMap((n) => contact?.fields.find((f) => f.name === n && writable(f)) ?? [])
      : [];
  const dirty = Object.keys(changes(before, now, fields)).length > 0 || Object.values(person).some(Boolean);
  const withPerson = personFields.length > 0 && Object.values(person).some(Boolean);

  useEffect(() => {
    if (!dirty) return;
    const stay = (e: BeforeUnloadEvent) => e.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [dirty]);
  useEffect(() => {
    const first = Object.keys(errors)[0];
    const el = first && form.current?.querySelector<HTMLElement>(`[id="form-${first}"], [id="person-${first.replace("contact.", "")}"]`);
    if (!el) return;
    for (let d = el.closest("details"); d; d = d.parentElement?.closest("details") ?? null) d.open = true;
    el.focus();
  }, [errors]);

  const set = (name: string, value: unknown) => {
    setNow((v) => ({ ...v, [name]: value }));
    setErrors(({ [name]: _, ...rest }) => rest);
  };
  const save = async () => {
    const empty = { ...missing(now, fields, t("required")), ...(withPerson ? prefixed(missing(person, personFields, t("required"))) : {}) };
    setMessage("");
    if (Object.keys(empty).length) return setErrors(empty);
    setBusy(true);
    try {
      const saved = rec
        ? await patchRecord(entity.path, rec.id, rec.version, changes(before, now, fields))
        : (made.current ?? (await createRecord(entity.path, filled(now, fields), key.current)));
      made.current = rec ? undefined : saved;
      if (withPerson) await createRecord("contacts", { ...person, customer_id: saved.id }).catch(asPerson);
      for (const k of ["list", "count", "home", "children", "find"]) void queryClient.invalidateQueries({ queryKey: [k] });
      void queryClient.invalidateQueries({ predicate: (q) => q.queryKey.includes(saved.id) });
      onClose();
      if (onSaved) onSaved(saved);
      const title = titleOf(entity, saved);
      toast(
        rec ? t("saved", title) : t("created", entity.label, title),
        rec || onSaved ? {} : { action: { label: t("open"), run: () => void navigate({ to: recordPath(entity, saved.id) }) } },
      );
    } catch (e) {
      setBusy(false);
      if (!(e instanceof ApiError)) return toastError(e);
      const known = new Set([...fields.map((f) => f.name), ...personFields.map((f) => `contact.${f.name}`)]);
      const rest = (e.problem.errors ?? []).filter((x) => !known.has(x.field)).map((x) => x.message);
      setErrors(e.fields);
      setMessage(e.status === 412 ? t("stale.form") : [e.message || t("error.network"), ...rest].join(" "));
    }
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      void save();
    }
  };
  const title = rec ? t("edit.of", titleOf(entity, rec)) : t("new.of", entity.label);
  return (
    <Dialog
      title={title}
      kind="drawer"
      onClose={onClose}
      mayClose={() => !dirty || ask({ title: t("unsaved"), text: t("unsaved.text"), yes: t("unsaved.leave"), danger: true })}
      footer={
        <>
          {message && (
            <p className="field-error grow" role="alert">
              {message}
            </p>
          )}
          <button type="button" className="btn primary" disabled={busy} onClick={() => void save()} title="Ctrl+Enter">
            {busy && <Spinner />}
            {t("save")}
          </button>
        </>
      }
    >
      <form
        ref={form}
        className="record-form"
        noValidate
        onKeyDown={keys}
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          void save();
        }}
      >
        <Duplicates entity={entity} values={now} also={told(person)} id={rec?.id} onLeave={onClose} />
        {groups.map((g, i) => {
          const open = i === 0 || !!rec || g.fields.some((f) => f.required || (before[f.name] && f.name !== "owner_id"));
          const some = (list: FieldMeta[]) => (
            <FormFields key={g.name} fields={list} values={now} errors={errors} rec={rec} prefix="form" onChange={set} />
          );
          if (i > 0)
            return (
              <details key={g.name} open={open}>
                <summary>{g.label}</summary>
                {some(g.fields)}
              </details>
            );
          const title = g.fields.filter((f) => f.name === entity.title);
          const rest = g.fields.filter((f) => f.name !== entity.title);
          if (!personFields.length) return some([...title, ...rest]);
          return (
            <div key={g.name} className="stack">
              <div className="form-title">{some(title)}</div>
              <fieldset className="person-box">
                <legend>{t("mainContact")}</legend>
                <FormFields
                  fields={personFields.map((f) => ({ ...f, required: withPerson && f.required }))}
                  values={person}
                  errors={unprefixed(errors)}
                  prefix="person"
                  onChange={(n, v) => {
                    setPerson((p) => ({ ...p, [n]: v }));
                    setErrors(({ [`contact.${n}`]: _, ...others }) => others);
                  }}
                />
              </fieldset>
              {some(rest)}
            </div>
          );
        })}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}

// What is typed of the main contact, by which the customer may be known already.
const told = (person: Values): Record<string, string> =>
  typeof person.mobile === "string" && person.mobile.trim().length > 5 ? { "contact.mobile": person.mobile.trim() } : {};
const prefixed = (errors: Record<string, string>) => Object.fromEntries(Object.entries(errors).map(([k, v]) => [`contact.${k}`, v]));
const unprefixed = (errors: Record<string, string>) =>
  Object.fromEntries(Object.entries(errors).flatMap(([k, v]) => (k.startsWith("contact.") ? [[k.slice(8), v]] : [])));

// What the server says about the contact stands at the contact's fields; the customer made before it is kept.
function asPerson(e: unknown): never {
  if (e instanceof ApiError)
    throw new ApiError({ ...e.problem, errors: e.problem.errors?.map((x) => ({ ...x, field: `contact.${x.field}` })) });
  throw e;
}
