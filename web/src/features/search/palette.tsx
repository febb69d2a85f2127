import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { get } from "../../api/client";
import type { Hit } from "../../api/types";
import { openFollow, openForm } from "../../form/open";
import { type PlainKey, t } from "../../lib/i18n";
import { readLocal, writeLocal } from "../../lib/store";
import { IconClock, IconFolder, IconMessageCircle, IconPlus, IconSearch, IconZoomQuestion } from "../../lib/ui/icons";
import { useDebounced } from "../../lib/use-debounced";
import { entityByName, may, recordPath, useMeta } from "../../meta/meta";
import { openClash } from "../../record/open";
import "./palette.css";

type Icon = typeof IconPlus;
type Place = { to: string; label?: string; key?: PlainKey; Icon: Icon };
type Row = { key: string; group: string; title: React.ReactNode; said: string; hint?: string; Icon: Icon; run: () => void };

const RECENT = "palette.recent";
type Recent = { entity: string; id: string; title: string; subtitle?: string };
const recents = () => readLocal<Recent[]>(RECENT, []);
const remember = (r: Recent) => writeLocal(RECENT, [r, ...recents().filter((x) => x.id !== r.id)].slice(0, 8));

/** The part of a title that answered, marked. */
function Marked({ text, spans }: { text: string; spans?: [number, number][] }) {
  if (!spans?.length) return <>{text}</>;
  const out: React.ReactNode[] = [];
  const chars = [...text];
  let at = 0;
  for (const [from, len] of spans) {
    out.push(chars.slice(at, from).join(""), <mark key={from}>{chars.slice(from, from + len).join("")}</mark>);
    at = from + len;
  }
  return (
    <>
      {out}
      {chars.slice(at).join("")}
    </>
  );
}

/** One key for everything: find a record, go somewhere, make something. Before typing it shows what was opened last. */
export default function Palette({ places, onClose }: { places: Place[]; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const meta = useMeta();
  const navigate = useNavigate();
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const asked = useDebounced(q.trim(), 120);
  useEffect(() => ref.current?.showModal(), []);
  const { data, isFetching } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => get<{ items: Hit[] | null }>("/search", { q: asked, limit: 12 }, signal),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const hits = q.trim() ? (data?.items ?? []) : [];
  const go = (r: Recent) => {
    const entity = entityByName(meta, r.entity);
    if (!entity) return;
    remember(r);
    void navigate({ to: recordPath(entity, r.id) });
  };
  const typed = q.trim().toLowerCase();
  const fits = (s: string) => !typed || s.toLowerCase().includes(typed);
  const record = (r: Recent, group: string, spans?: [number, number][], Icon: Icon = IconFolder): Row => ({
    key: r.id,
    group,
    title: <Marked text={r.title} spans={spans} />,
    said: r.title,
    hint: [entityByName(meta, r.entity)?.label, r.subtitle].filter(Boolean).join(" · "),
    Icon: places.find((p) => p.to === `/${entityByName(meta, r.entity)?.path}`)?.Icon ?? Icon,
    run: () => go(r),
  });
  const asks = ["customer", "lead"].some((n) => may(entityByName(meta, n), "create"));
  const actions: Row[] = [
    { key: "follow", group: t("palette.do"), title: t("follow"), said: t("follow"), Icon: IconMessageCircle, run: () => openFollow() },
    ...(meta?.entities ?? [])
      .filter((e) => places.some((p) => p.to === `/${e.path}`) && may(e, "create") && e.name !== "followup")
      .map((e) => ({
        key: `new-${e.name}`,
        group: t("palette.do"),
        title: t("new.of", e.label),
        said: t("new.of", e.label),
        Icon: IconPlus,
        run: () => openForm({ entity: e.name }),
      })),
  ];
  const rows: Row[] = [
    ...(typed
      ? hits.map((h) => record(h, t("palette.records"), h.highlight))
      : recents().map((r) => ({ ...record(r, t("palette.recent")), Icon: IconClock }))),
    ...places
      .map((p) => ({
        key: p.to,
        group: t("palette.go"),
        title: p.key ? t(p.key) : p.label,
        said: (p.key ? t(p.key) : p.label) ?? "",
        Icon: p.Icon,
        run: () => void navigate({ to: p.to }),
      }))
      .filter((r) => fits(r.said)),
    ...actions.filter((r) => fits(r.said)),
    ...(asks
      ? [
          {
            key: "clash",
            group: t("palette.do"),
            title: typed ? t("clash.of", q.trim()) : t("clash"),
            said: t("clash"),
            Icon: IconZoomQuestion,
            run: () => openClash({ q: q.trim() }),
          },
        ]
      : []),
  ];
  const run = (r: Row | undefined) => {
    if (!r) return;
    onClose();
    r.run();
  };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) setAt((at + step + rows.length) % Math.max(1, rows.length));
    else if (e.key === "Enter") run(rows[at]);
    else return;
    e.preventDefault();
  };
  useEffect(() => {
    ref.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it
    <dialog ref={ref} className="palette" aria-label={t("search")} onClose={onClose} onClick={(e) => e.target === ref.current && onClose()}>
      <div className="palette-box">
        <div className="palette-input">
          <IconSearch size={20} aria-hidden />
          <input
            role="combobox"
            aria-expanded
            aria-controls={id}
            aria-activedescendant={rows[at] ? `${id}-${at}` : undefined}
            aria-label={t("palette.hint")}
            placeholder={t("palette.hint")}
            autoComplete="off"
            spellCheck={false}
            value={q}
            onChange={(e) => {
              setQ(e.target.value);
              setAt(0);
            }}
            onKeyDown={keys}
          />
          <button type="button" className="btn small quiet" onClick={onClose}>
            {t("close")}
          </button>
        </div>
        <div className="palette-list" role="listbox" id={id} aria-label={t("palette.results")}>
          {rows.map((r, i) => (
            <div key={r.key + r.group} role="presentation">
              {r.group !== rows[i - 1]?.group && (
                <p className="palette-group" role="presentation">
                  {r.group}
                </p>
              )}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input */}
              <div
                id={`${id}-${i}`}
                data-at={i}
                role="option"
                aria-selected={i === at}
                className={i === at ? "option at" : "option"}
                onMouseMove={() => setAt(i)}
                onClick={() => run(r)}
              >
                <r.Icon size={18} />
                <span className="option-label one-line">{r.title}</span>
                {r.hint && <span className="option-hint one-line">{r.hint}</span>}
              </div>
            </div>
          ))}
          {typed && !hits.length && (
            <p className="palette-none muted">{isFetching || asked !== q.trim() ? t("loading") : t("palette.none")}</p>
          )}
        </div>
      </div>
    </dialog>
  );
}
