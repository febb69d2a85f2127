import { useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { dropNotice, type Notice, takeNotice, type WorkingCalendar } from "../../api/workcal";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { FileDrop } from "../../lib/ui/file-drop";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast, toastError } from "../../lib/ui/toast";

/** 放假安排: the years of which the holidays are known, and a way to read in the next one. */
export function Notices({ years }: { years: WorkingCalendar["notices"] }) {
  const [open, setOpen] = useState(false);
  const drop = async (year: number) => {
    if (!(await ask({ title: t("workcal.dropAsk", year), text: t("workcal.dropText"), yes: t("workcal.drop"), danger: true }))) return;
    try {
      await dropNotice(year);
      await queryClient.invalidateQueries({ queryKey: ["working-calendar"] });
      toast(t("workcal.dropped", year));
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <section className="box" aria-labelledby="workcal-notices">
      <div className="box-head">
        <h2 id="workcal-notices">{t("workcal.notices")}</h2>
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t("workcal.readIn")}
        </button>
      </div>
      <ul className="workcal-list">
        {years.map((y) => (
          <li key={y.year}>
            <div className="grow">
              <p className="num">{y.year}</p>
              <p className="muted small">{y.source === "notice" ? t("workcal.fromNotice") : t("workcal.fromProgram")}</p>
            </div>
            {y.source === "notice" && (
              <button type="button" className="btn small" aria-label={`${t("workcal.drop")} ${y.year}`} onClick={() => void drop(y.year)}>
                {t("workcal.drop")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {open && <ReadIn onClose={() => setOpen(false)} />}
    </section>
  );
}

function ReadIn({ onClose }: { onClose: () => void }) {
  const [from, setFrom] = useState<File | string>("");
  const [seen, setSeen] = useState<Notice>();
  const [problem, setProblem] = useState("");
  const look = async (what: File | string) => {
    try {
      setSeen(await takeNotice(what, true));
      setFrom(what);
      setProblem("");
    } catch (e) {
      const said = e instanceof ApiError ? e.fields.file : undefined;
      if (said) setProblem(said);
      else toastError(e);
    }
  };
  const take = async (form: FormData) => {
    if (!seen) {
      await look(String(form.get("text")));
      return false;
    }
    await takeNotice(from, false);
    await queryClient.invalidateQueries({ queryKey: ["working-calendar"] });
    toast(t("workcal.taken"));
    return true;
  };
  return (
    <FormDialog
      title={t("workcal.readIn")}
      kind="drawer"
      yes={seen ? t("workcal.take") : t("workcal.look")}
      onSubmit={take}
      onClose={onClose}
    >
      {() =>
        seen ? (
          <Seen notice={seen} again={() => setSeen(undefined)} />
        ) : (
          <>
            <FileDrop
              small
              accept=".csv,.xlsx,.xls,.txt"
              title={t("workcal.file")}
              phoneTitle={t("workcal.file")}
              button={t("workcal.choose")}
              onFiles={([file]) => file && void look(file)}
            />
            <Field id="workcal-text" label={t("workcal.paste")} help={t("workcal.form")} error={problem}>
              <textarea id="workcal-text" name="text" className="input" rows={8} placeholder={t("workcal.example")} />
            </Field>
          </>
        )
      }
    </FormDialog>
  );
}

const Seen = ({ notice, again }: { notice: Notice; again: () => void }) => (
  <>
    <p className="note info">
      {notice.years.length > 0 ? t("workcal.whole", notice.years.join(t("list.comma"))) : t("workcal.some", notice.days.length)}
    </p>
    <ul className="workcal-seen">
      {notice.days.map((d) => (
        <li key={d.date}>
          <span className="num">{d.date}</span> {d.name}
          <span className={d.off ? "workcal-mark off" : "workcal-mark"}>{d.off ? t("workcal.isOff") : t("workcal.worked")}</span>
        </li>
      ))}
    </ul>
    <button type="button" className="btn small" onClick={again}>
      {t("workcal.again")}
    </button>
  </>
);
