import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { address, download } from "../../api/client";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import type { Rec } from "../../api/types";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { CopyButton } from "../../lib/ui/copy-button";
import { ask } from "../../lib/ui/dialog";
import { IconDownload, IconRefresh } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { type FormUse, formsQuery, formUse, renewForm } from "./api";

/** Where a form is, how it gets onto a site or a poster, and what came of it. */
export function UseBox({ form }: { form: Rec }) {
  const q = useQuery({ queryKey: ["web-form-use", form.id, form.version], queryFn: () => formUse(form.id) });
  if (q.error && !q.data) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={3} h={48} />;
  const u = q.data;
  const get = (format: "svg" | "png") => download(`/web-forms/${form.id}/qr`, { format }).catch(toastError);
  const renew = async () => {
    if (!(await ask({ title: t("webform.renewAsk"), text: t("webform.renewText"), yes: t("webform.renew"), danger: true }))) return;
    try {
      await renewForm(form.id);
      await Promise.all([queryClient.invalidateQueries({ queryKey: formsQuery.queryKey }), q.refetch()]);
      toast(t("webform.renewed"));
    } catch (x) {
      toastError(x);
    }
  };
  return (
    <section className="box webform-use" aria-labelledby="webform-use">
      <div className="box-head">
        <h2 id="webform-use">{t("webform.use")}</h2>
      </div>
      <div className="webform-body stack">
        {u.problem && (
          <p className="field-error" role="alert">
            {u.problem}
          </p>
        )}
        <div className="webform-where">
          <div className="stack">
            <div className="webform-copy">
              <a href={u.address} target="_blank" rel="noopener noreferrer">
                {u.address}
              </a>
              <CopyButton text={u.address} name={t("webform.copyAddress")} done={t("webform.copied")} />
            </div>
            <div className="webform-copy">
              <pre>{u.embed}</pre>
              <CopyButton text={u.embed} name={t("webform.copyEmbed")} done={t("webform.copied")} />
            </div>
          </div>
          <img className="webform-qr" src={address(`/web-forms/${form.id}/qr`, { format: "svg" })} alt={t("webform.qr")} />
        </div>
        <div className="row webform-wrap">
          <button type="button" className="btn" onClick={() => void get("png")}>
            <IconDownload size={16} aria-hidden />
            {t("webform.qr")} PNG
          </button>
          <button type="button" className="btn" onClick={() => void get("svg")}>
            <IconDownload size={16} aria-hidden />
            {t("webform.qr")} SVG
          </button>
          {permits("web_form", "edit") && (
            <button type="button" className="btn" onClick={() => void renew()}>
              <IconRefresh size={16} aria-hidden />
              {t("webform.renew")}
            </button>
          )}
        </div>
        <Counts use={u} />
        <Recent use={u} />
      </div>
    </section>
  );
}

function Counts({ use }: { use: FormUse }) {
  return (
    <dl className="webform-counts">
      {(["views", "submissions", "duplicates", "dropped"] as const).map((name) => (
        <div key={name}>
          <dt>{t(`webform.${name}`)}</dt>
          <dd>{use[name]}</dd>
        </div>
      ))}
    </dl>
  );
}

function Recent({ use }: { use: FormUse }) {
  if (use.recent.length === 0) return <p className="muted small">{t("webform.nothing")}</p>;
  return (
    <ul className="webform-recent" aria-label={t("webform.recent")}>
      {use.recent.map((r) => (
        <li key={`${r.at}${r.lead?.id}`}>
          <span className="muted small">{formatExact(r.at)}</span>
          {r.lead ? (
            <Link to="/leads/$id" params={{ id: r.lead.id }}>
              {r.lead.name}
            </Link>
          ) : (
            <span className="muted">{t("webform.unseen")}</span>
          )}
          {r.again && <span className="muted small">{t("webform.again")}</span>}
        </li>
      ))}
    </ul>
  );
}
