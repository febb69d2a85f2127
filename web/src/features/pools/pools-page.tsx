import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { assignFrom, claim, type MyPool, myPoolsQuery, poolRecords, refreshPools } from "../../api/pools";
import { permits } from "../../api/session";
import type { EntityMeta, Rec } from "../../api/types";
import { blank, Show } from "../../fields";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Empty, Failed, Ghosts, Spinner } from "../../lib/ui/bits";
import { IconSearch, IconSettings, IconUserShare } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { useDebounced } from "../../lib/use-debounced";
import { entityByName, fieldOf, titleOf, useMeta } from "../../meta/meta";
import { PickPerson } from "../../meta/pick-person";
import { openClash } from "../../record/open";
import { History } from "./history";
import "./pools.css";

/** 公海: what lies in the pools of which one is a member, to be taken with one tap. */
export default function PoolsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useQuery(myPoolsQuery);
  const navigate = useNavigate();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  const pool = data?.find((p) => p.id === id) ?? data?.[0];
  return (
    <div className="page page-pad">
      <header className="head">
        <h1 className="grow">{t("nav.pools")}</h1>
        <button type="button" className="btn" onClick={() => openClash()}>
          <IconSearch size={17} aria-hidden />
          {t("clash")}
        </button>
        {permits("pool", "edit") && (
          <Link to="/settings/pools" className="btn icon-only" aria-label={t("settings.pools")} title={t("settings.pools")}>
            <IconSettings size={18} aria-hidden />
          </Link>
        )}
      </header>
      {!data ? (
        <Ghosts n={6} h={64} />
      ) : !pool ? (
        <section className="box">
          <Empty title={t("pools.none")} text={t("pools.noneText")} />
        </section>
      ) : (
        <>
          <div className="tabs" role="tablist" aria-label={t("nav.pools")}>
            {data.map((p) => (
              <button
                key={p.id}
                type="button"
                role="tab"
                className="tab"
                aria-selected={p.id === pool.id}
                onClick={() => void navigate({ to: "/pools/$id", params: { id: p.id }, replace: true })}
              >
                {p.name} <span className="num muted">{formatNumber(p.count)}</span>
              </button>
            ))}
          </div>
          <InPool key={pool.id} pool={pool} />
        </>
      )}
    </div>
  );
}

const of = (n: number, most: number | null) => (most === null ? formatNumber(n) : `${formatNumber(n)} / ${formatNumber(most)}`);

function InPool({ pool }: { pool: MyPool }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const q = useDebounced(typed.trim(), 250);
  const entity = entityByName(useMeta(), pool.holds);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["pool", pool.id, q],
    queryFn: ({ pageParam }) => poolRecords(pool.id, q, pageParam),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const items = data?.pages.flatMap((p) => p.items);
  const toggle = (id: string) => setChosen((c) => (c.includes(id) ? c.filter((x) => x !== id) : [...c, id]));
  return (
    <>
      <div className="pool-head">
        <input
          className="input"
          type="search"
          aria-label={t("pools.find")}
          placeholder={t("pools.find")}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        <p className="pool-counts">
          {pool.claims && <span>{t("pools.claimed", of(pool.claimed, pool.claim_daily))}</span>}
          <span>{t("pools.held", of(pool.held, pool.hold_user))}</span>
        </p>
      </div>
      <section className="box" aria-label={pool.name}>
        {pool.admin && chosen.length > 0 && <Assign pool={pool} chosen={chosen} done={() => setChosen([])} />}
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !items || !entity ? (
          <Ghosts n={6} h={60} />
        ) : items.length === 0 ? (
          <Empty title={q ? t("palette.none") : t("pools.empty")} />
        ) : (
          <ul className="pool-list">
            {items.map((rec) => (
              <Row key={rec.id} pool={pool} entity={entity} rec={rec} chosen={chosen.includes(rec.id)} toggle={() => toggle(rec.id)} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <button type="button" className="btn quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("more.load")}
          </button>
        )}
      </section>
    </>
  );
}

// What helps to decide whether to take one, as far as the pool shows it.
const facts = ["industry", "region", "main_contact", "contact_name", "main_phone", "phone", "source", "last_followup_at"];

type RowProps = { pool: MyPool; entity: EntityMeta; rec: Rec; chosen: boolean; toggle: () => void };

function Row({ pool, entity, rec, chosen, toggle }: RowProps) {
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const name = titleOf(entity, rec);
  const show = (n: string) => {
    const f = fieldOf(entity, n);
    return f && !blank(rec[n]) ? f : undefined;
  };
  const take = async () => {
    setBusy(true);
    try {
      await claim(pool.id, rec.id);
      toast(t("pools.taken", name));
    } catch (e) {
      toastError(e);
    }
    refreshPools();
    setBusy(false);
  };
  const reason = show("pool_reason");
  const since = show("pool_since");
  const grade = show("grade");
  const followups = entityByName(useMeta(), "followup");
  const told = followups && show("last_followup_at");
  return (
    <li>
      {pool.admin && <input type="checkbox" aria-label={`${t("choose")} ${name}`} checked={chosen} onChange={toggle} />}
      <div className="grow">
        <div className="row wrap">
          <b>{name}</b>
          {grade && <Show field={grade} rec={rec} />}
        </div>
        <div className="pool-facts">
          {facts.map((n) => {
            const f = show(n);
            return (
              f && (
                <span key={n}>
                  {n === "last_followup_at" && `${f.label} `}
                  <Show field={f} rec={rec} />
                </span>
              )
            );
          })}
        </div>
        <div className="pool-facts">
          {reason && (
            <Badge>
              <Show field={reason} rec={rec} />
              {rec.pool_days ? ` · ${t("pools.days", Number(rec.pool_days))}` : ""}
            </Badge>
          )}
          {typeof rec.pool_note === "string" && rec.pool_note && <span>{rec.pool_note}</span>}
          {since && <Show field={since} rec={rec} />}
          {told && (
            <button type="button" className="link small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {followups.label_plural}
              <span className="sr"> {name}</span>
            </button>
          )}
        </div>
        {open && followups && <History pool={pool.id} id={rec.id} entity={followups} />}
      </div>
      {pool.claims && (
        <button type="button" className="btn primary" disabled={busy} aria-label={t("pools.takeOne", name)} onClick={() => void take()}>
          {busy && <Spinner />}
          {t("pools.take")}
        </button>
      )}
    </li>
  );
}

function Assign({ pool, chosen, done }: { pool: MyPool; chosen: string[]; done: () => void }) {
  const give = async (to: string) => {
    try {
      const r = await assignFrom(pool.id, chosen, to);
      toast(t("bulk.done", r.changed));
      const first = r.failed[0];
      if (first) toast(t("bulk.failed", r.failed.length, first.message), { bad: true });
      done();
    } catch (e) {
      toastError(e);
    }
    refreshPools();
  };
  return (
    <div className="pool-assign">
      <b className="num">{t("bulk.selected", chosen.length)}</b>
      <IconUserShare size={17} aria-hidden />
      <PickPerson waits onPick={({ id }) => void give(id)} />
    </div>
  );
}
