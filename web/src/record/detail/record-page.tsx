import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ApiError } from "../../api/client";
import type { EntityMeta, Rec } from "../../api/types";
import { openForm } from "../../form/open";
import { t, withWork } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft, IconDots, IconPencil } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { entityByName, titleOf, useMeta } from "../../meta/meta";
import { hasRecordMenu, RecordMenu } from "../record-menu";
import { ArchiveItem } from "./archive-item";
import { Children } from "./children";
import { Facts } from "./facts";
import { Files, fileLink } from "./files";
import { Log } from "./log";
import { Tabs } from "./tabs";
import { useRecord } from "./use-record";
import "./detail.css";

const Comments = lazy(() => withWork(() => import("../comments")));

type Props = { entity: EntityMeta; id: string; onEdit: (rec: Rec) => void; missing: ReactNode };

/** The page of any record: facts edited in place, what hangs on it, files, and the log of changes. */
export function RecordPage({ entity, id, onEdit, missing }: Props) {
  const { data: rec, error, refetch } = useRecord(entity, id);
  const navigate = useNavigate();
  const meta = useMeta();
  const [tab, setTab] = useState("facts");
  if (error) return error instanceof ApiError && error.status === 404 ? missing : <Failed error={error} retry={() => void refetch()} />;
  if (!rec)
    return (
      <div className="page page-pad">
        <Ghosts n={10} />
      </div>
    );
  const leave = () => void navigate({ to: "/$path", params: { path: entity.path } });
  const children = (entity.children ?? []).flatMap((c) => {
    const child = entityByName(meta, c.entity);
    return child && !child.internal ? [{ ...c, child }] : [];
  });
  const tabs: [string, string][] = [
    ["facts", t("facts")],
    ...children.map((c): [string, string] => [c.entity, c.child.label_plural]),
    ...(fileLink(entity) ? [["files", t("files")] as [string, string]] : []),
    ["log", t("log")],
  ];
  return (
    <article className="page page-pad narrow detail">
      <header className="detail-head">
        <Link to="/$path" params={{ path: entity.path }} className="back" aria-label={t("back.to", entity.label_plural)}>
          <IconChevronLeft size={20} aria-hidden />
          {entity.label_plural}
        </Link>
        <div className="row wrap">
          <h1 className="grow">{titleOf(entity, rec)}</h1>
          {rec._archived && <span className="badge c-gray">{t("archived.is")}</span>}
          {rec._can?.edit !== false && !rec._archived && (
            <button type="button" className="btn" onClick={() => onEdit(rec)}>
              <IconPencil size={16} aria-hidden />
              {t("edit")}
            </button>
          )}
          {(rec._can?.delete !== false || hasRecordMenu({ entity, rec })) && (
            <Popover menu name={t("more")} className="btn icon-only" side="end" label={<IconDots size={18} aria-hidden />}>
              {() => (
                <>
                  <RecordMenu entity={entity} rec={rec} onErased={leave} />
                  <ArchiveItem entity={entity} rec={rec} onGone={leave} />
                </>
              )}
            </Popover>
          )}
        </div>
      </header>
      <Tabs tabs={tabs} value={tab} onChange={setTab} />
      <section className="box box-pad" aria-label={tabs.find(([k]) => k === tab)?.[1]}>
        {tab === "facts" && <Facts entity={entity} rec={rec} />}
        {tab === "facts" && entity.children?.some((c) => c.entity === "comment") && (
          <Suspense>
            <Comments id={id} open />
          </Suspense>
        )}
        {tab === "files" && <Files entity={entity} id={id} mayAdd={rec._can?.edit !== false} />}
        {tab === "log" && <Log entity={entity} id={id} />}
        {children.map(
          (c) =>
            tab === c.entity && (
              <Children
                key={c.entity}
                entity={c.child}
                via={c.via}
                parent={rec}
                onNew={() => openForm({ entity: c.entity, values: { [c.via]: rec.id } })}
              />
            ),
        )}
      </section>
    </article>
  );
}
