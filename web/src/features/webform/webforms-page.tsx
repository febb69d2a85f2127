import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import type { Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconPencil, IconPlus } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { formsQuery, saveForm } from "./api";
import { Designer } from "./designer";
import { UseBox } from "./use-box";
import "./webform.css";

/** 网络表单: the forms through which strangers become leads. */
export default function WebFormsPage() {
  const { data, error, refetch } = useQuery(formsQuery);
  const [open, setOpen] = useState<string>();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={4} h={64} />;
  const now = data.find((f) => f.id === open);
  const saved = async (form: Rec) => {
    await queryClient.invalidateQueries({ queryKey: formsQuery.queryKey });
    setOpen(form.id);
  };
  if (open === "new" || now)
    return (
      <div className="webform stack">
        {now && <UseBox form={now} />}
        <Designer key={open} now={now} onSaved={(f) => void saved(f)} onClose={() => setOpen(undefined)} />
      </div>
    );
  return (
    <section className="box webform" aria-labelledby="webforms">
      <div className="box-head">
        <h2 id="webforms">{t("settings.webforms")}</h2>
        {permits("web_form", "create") && (
          <button type="button" className={data.length ? "btn" : "btn primary"} onClick={() => setOpen("new")}>
            <IconPlus size={16} aria-hidden />
            {t("webform.new")}
          </button>
        )}
      </div>
      <p className="webform-note muted small">{t("webform.note")}</p>
      {data.length === 0 ? (
        <Empty title={t("webform.empty")} text={t("webform.emptyText")} />
      ) : (
        <ul className="webform-list">{data.map((f) => row(f, setOpen))}</ul>
      )}
    </section>
  );
}

function row(f: Rec, open: (id: string) => void) {
  const name = String(f.name);
  const change = async (active: boolean) => {
    try {
      await saveForm(f, { active });
    } catch (x) {
      toastError(x);
    }
    await queryClient.invalidateQueries({ queryKey: formsQuery.queryKey });
  };
  return (
    <li key={f.id}>
      <div>
        <b>{name}</b>
        <p className="muted small">{String(f.title)}</p>
      </div>
      <label className="webform-check">
        <input
          type="checkbox"
          aria-label={t("webform.activeOf", name)}
          checked={f.active === true}
          disabled={!permits("web_form", "edit")}
          onChange={(e) => void change(e.target.checked)}
        />
        {t("webform.active")}
      </label>
      <button type="button" className="btn small" aria-label={t("edit.of", name)} onClick={() => open(f.id)}>
        <IconPencil size={15} aria-hidden />
        {t("edit")}
      </button>
    </li>
  );
}
