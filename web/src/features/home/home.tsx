import { lazy, Suspense, useState } from "react";
import { currentUser, reachesOthers } from "../../api/session";
import type { EntityMeta } from "../../api/types";
import { openForm } from "../../form/open";
import { today } from "../../lib/dates";
import { formatLongDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { readLocal, writeLocal } from "../../lib/store";
import { Chips, Ghosts } from "../../lib/ui/bits";
import { IconLayout } from "../../lib/ui/icons";
import { useEntity } from "../../meta/meta";
import { type Card, ownArrangement, wide } from "./arrangement";
import { useScope } from "./scope";
import { Stages } from "./stages";
import { TodoCard } from "./todo-card";
import "./home.css";

const FirstCustomers = lazy(() => import("../../form/first-customers"));
const More = lazy(() => import("./cards"));
const Arrange = lazy(() => import("./arrange-dialog"));

/** 工作台: what is to be done stands first, then how the customers stand. What it asks first comes with the page (web/screens.go). */
export default function Home() {
  const entity = useEntity("customer");
  const [arranging, setArranging] = useState(false);
  const me = currentUser();
  return (
    <div className="page page-pad home">
      <header className="head">
        <h1 className="grow">{t("home.hello", me?.name ?? "")}</h1>
        <span className="muted">{formatLongDay(today())}</span>
        <button
          type="button"
          className="icon-btn no-print"
          aria-label={t("home.arrange")}
          title={t("home.arrange")}
          onClick={() => setArranging(true)}
        >
          <IconLayout size={18} aria-hidden />
        </button>
      </header>
      {entity ? <Work entity={entity} /> : <Ghosts n={6} h={72} />}
      <Suspense>{arranging && <Arrange onClose={() => setArranging(false)} />}</Suspense>
    </div>
  );
}

function Work({ entity }: { entity: EntityMeta }) {
  const [chosen, setChosen] = useState<"mine" | "team">(() => readLocal("home.scope", "mine"));
  const phone = usePhone();
  const scope = useScope(entity.path, chosen);
  const { team, known, numbers } = scope;
  const { order, off } = ownArrangement();
  const shown = order.filter((c) => !off.includes(c) && (c !== "team" || (team && reachesOthers())));
  if (scope.none)
    return (
      <Suspense fallback={<Ghosts n={3} h={72} />}>
        <FirstCustomers onNew={() => openForm({ entity: entity.name })} />
      </Suspense>
    );
  const card = (c: Card) => {
    if (c === "todo") return <TodoCard key={c} team={team} known={known} />;
    if (!known) return null; // below what is due: it comes when its place is known
    if (c === "stages") return numbers && <Stages key={c} entity={entity} team={team} numbers={numbers} />;
    return (
      <Suspense key={c} fallback={<Ghosts n={1} h={120} />}>
        <More card={c} team={team} entity={entity} />
      </Suspense>
    );
  };
  return (
    <>
      {scope.others && (
        <Chips
          label={t("home.scope")}
          hideLabel
          value={team ? "team" : "mine"}
          options={[
            { value: "mine", label: t("home.own") },
            { value: "team", label: t("home.team") },
          ]}
          onChange={(v) => {
            setChosen(v);
            writeLocal("home.scope", v);
          }}
        />
      )}
      {phone ? (
        <div className="home-col">{shown.map(card)}</div>
      ) : (
        <div className="home-cols">
          <div className="home-col">{shown.filter((c) => wide.includes(c)).map(card)}</div>
          <div className="home-col">{shown.filter((c) => !wide.includes(c)).map(card)}</div>
        </div>
      )}
    </>
  );
}
