import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { createRecord, getRecord, patchRecord } from "../../api/records";
import { currentUser } from "../../api/session";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { str } from "../../fields";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconPencil } from "../../lib/ui/icons";
import { toast } from "../../lib/ui/toast";
import { fieldOf, may, refOf, useEntity, writable } from "../../meta/meta";

type Props = { day: string; user: string; log: Rec | null };

/** What was said of a day: by whoever worked it, and by the supervisor. */
export function Said({ day, user, log }: Props) {
  const entity = useEntity("work_log");
  const mine = user === currentUser()?.id;
  const { data: whole } = useQuery({
    queryKey: ["record", "work-logs", log?.id, log?.version],
    queryFn: () => getRecord("work-logs", log?.id ?? ""),
    enabled: !!log,
  });
  if (!entity) return null;
  const mayWrite = log ? whole?._can?.edit === true : may(entity, "create");
  const fields = (names: string[]) => names.map((n) => fieldOf(entity, n)).filter((f): f is FieldMeta => !!f);
  const common = { day, user, log, entity };
  return (
    <>
      <Words {...common} title={t("worklog.own")} fields={fields(["remark", "tomorrow"])} mayWrite={mine && mayWrite} />
      <Words {...common} title={t("worklog.comment")} fields={fields(["comment"])} mayWrite={!mine && mayWrite} />
    </>
  );
}

type WordsProps = Props & { entity: EntityMeta; title: string; fields: FieldMeta[]; mayWrite: boolean };

function Words({ title, fields, mayWrite, log, ...rest }: WordsProps) {
  const [writing, setWriting] = useState(false);
  const said = fields.filter((f) => str(log?.[f.name]));
  const write = fields.filter(writable);
  const own = fields.some((f) => f.name === "comment");
  if (fields.length === 0) return null;
  return (
    <section>
      <div className="worklog-head">
        <h3>{title}</h3>
        {mayWrite && write.length > 0 && (
          <button type="button" className="btn small no-print" onClick={() => setWriting(true)}>
            <IconPencil size={15} aria-hidden />
            {t(said.length > 0 ? "edit" : "worklog.write")}
          </button>
        )}
      </div>
      {said.length === 0 && <p className="muted small">{t("worklog.unsaid")}</p>}
      {said.map((f) => (
        <div key={f.name} className="worklog-said">
          {fields.length > 1 && <p className="small muted">{f.label}</p>}
          <p className="pre">{str(log?.[f.name])}</p>
        </div>
      ))}
      {own && said.length > 0 && log && (
        <p className="small muted">
          {refOf(log, "comment_by")?.name} {formatInstant(str(log.comment_at))}
        </p>
      )}
      {writing && <Write {...rest} title={title} log={log} fields={write} onClose={() => setWriting(false)} />}
    </section>
  );
}

type WriteProps = Props & { title: string; fields: FieldMeta[]; onClose: () => void };

function Write({ title, fields, day, user, log, onClose }: WriteProps) {
  const save = async (form: FormData) => {
    const values = Object.fromEntries(fields.map((f) => [f.name, String(form.get(f.name)).trim()]));
    if (log) await patchRecord("work-logs", log.id, log.version, values);
    else await createRecord("work-logs", { day, owner_id: user, ...values });
    await queryClient.invalidateQueries({ queryKey: ["list", "work-days"] });
    toast(t("worklog.saved"));
  };
  return (
    <FormDialog title={title} kind="sheet" onSubmit={save} onClose={onClose}>
      {(errors) =>
        fields.map((f, i) => (
          <Field key={f.name} id={`log-${f.name}`} label={f.label} error={errors[f.name]}>
            <textarea
              id={`log-${f.name}`}
              name={f.name}
              className="input"
              rows={5}
              maxLength={4000}
              aria-describedby={errors[f.name] ? `log-${f.name}-error` : undefined}
              data-autofocus={i === 0 || undefined}
              defaultValue={str(log?.[f.name])}
            />
          </Field>
        ))
      }
    </FormDialog>
  );
}
