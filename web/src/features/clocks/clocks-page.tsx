import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ClockKind, clockKinds } from "../../api/work";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconPencil } from "../../lib/ui/icons";
import { entityByName, useMeta } from "../../meta/meta";
import { ClockDialog } from "./clock-dialog";
import { saidMinutes, saidSpan } from "./words";
import "./clocks.css";

/** 时限与提醒: of each kind how long there is, and who is told when. A change holds for what is open, too. */
export default function ClocksPage() {
  const q = useQuery({ queryKey: ["clock-kinds"], queryFn: clockKinds });
  const meta = useMeta();
  const [open, setOpen] = useState<ClockKind>();
  if (q.error && !q.data) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={6} h={96} />;
  return (
    <div className="stack">
      <p className="muted small">{t("clocks.note")}</p>
      {q.data.map((k) => (
        <section key={k.kind} className="box clock-kind" aria-labelledby={`k-${k.kind} a-${k.kind}`}>
          <div className="box-head">
            <h2 id={`k-${k.kind}`}>{k.label}</h2>
            <span id={`a-${k.kind}`}>
              <Badge>{entityByName(meta, k.about)?.label ?? k.about}</Badge>
            </span>
            {!k.settings.active && <Badge color="orange">{t("clocks.off")}</Badge>}
            <button type="button" className="btn small" aria-label={t("edit.of", k.label)} onClick={() => setOpen(k)}>
              <IconPencil size={15} aria-hidden />
              {t("edit")}
            </button>
          </div>
          <Said kind={k} />
        </section>
      ))}
      {open && <ClockDialog kind={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function Said({ kind: k }: { kind: ClockKind }) {
  const { lasts, before, at, after } = k.settings;
  const told = [...[...before].sort((a, b) => b - a).map((m) => t("remind.before", saidMinutes(m))), ...(at ? [t("remind.at")] : [])];
  return (
    <dl className="clock-said">
      <dt>{k.fixed ? t("clocks.grace") : t("clocks.lasts")}</dt>
      <dd>
        {k.variants.length === 0 ? (
          saidSpan(lasts[""])
        ) : (
          <ul className="clock-variants">
            {k.variants
              .filter((v) => !v.own || lasts[v.name])
              .map((v) => (
                <li key={v.name}>
                  <span className="muted">{v.label}</span> <b>{saidSpan(lasts[v.name] ?? lasts[""])}</b>
                </li>
              ))}
          </ul>
        )}
      </dd>
      <dt>{t("clocks.tellsOwner")}</dt>
      <dd>{told.join(t("list.comma")) || t("clocks.nobody")}</dd>
      <dt>{t("clocks.tellsAbove")}</dt>
      <dd>
        {after
          .map((a) => t("clocks.after", saidMinutes(a.minutes), t(a.level === 1 ? "clocks.level1" : "clocks.level2")))
          .join(t("list.comma")) || t("clocks.nobody")}
      </dd>
      {!!k.settings.postpones && (
        <>
          <dt>{t("clocks.postpones")}</dt>
          <dd>{t("clocks.times", k.settings.postpones)}</dd>
        </>
      )}
    </dl>
  );
}
