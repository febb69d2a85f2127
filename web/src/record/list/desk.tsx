import { useEffect, useMemo, useState } from "react";
import type { Chosen } from "../../api/records";
import type { EntityMeta, Filter, Rec } from "../../api/types";
import { useKeys } from "../../lib/keys";
import type { ListState } from "../../meta/list-state";
import { type BulkActs, BulkBar } from "./bulk-bar";
import { type Editing, inlineField, Table } from "./table";

type Props = {
  entity: EntityMeta;
  state: ListState;
  items: Rec[];
  total?: number;
  more: () => void;
  hasMore: boolean;
  widths: Record<string, number>;
  onWidth: (column: string, width: number) => void;
  onSort: (sort: string) => void;
  openId?: string;
  onOpen: (id: string) => void;
  onClose: () => void;
  onFull: (id: string) => void;
  onExport: (filter: Filter) => void;
  bulkActs?: BulkActs;
};

/** The rows with what the desk can do to them: the keyboard's place, selection, editing in place. */
export default function Desk({ entity, state, items, total, onExport, onClose, bulkActs, ...p }: Props) {
  const [at, setAt] = useState(-1);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const [editing, setEditing] = useState<Editing>();
  const asked = JSON.stringify([state.filter, state.q, state.archived]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has nothing chosen
  useEffect(() => {
    setPicked(new Set());
    setEverything(false);
    setAt(-1);
    setEditing(undefined);
  }, [asked]);
  const select = (ids: string[], on: boolean) => {
    setEverything(false);
    setPicked((was) => {
      const next = new Set(was);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  };
  const clear = () => {
    setPicked(new Set());
    setEverything(false);
  };
  const step = (by: number) => {
    const next = Math.max(0, Math.min(items.length - 1, at + by));
    setAt(next);
    const id = items[next]?.id;
    if (p.openId && id) p.onOpen(id);
  };
  const here = items[at];
  const editHere = () => {
    const name = state.columns.slice(1).find((c) => inlineField(entity, c));
    if (here && name) setEditing({ id: here.id, field: name });
  };
  const openHere = () => here && (p.openId === here.id ? p.onFull(here.id) : p.onOpen(here.id));
  const down = () => step(1);
  const up = () => step(-1);
  const leave = () => {
    if (editing)
      setEditing(undefined); // whose input has not come yet
    else if (picked.size) clear();
    else onClose();
  };
  const choose = () => here && select([here.id], !picked.has(here.id));
  useKeys({ j: down, k: up, ArrowDown: down, ArrowUp: up, Enter: openHere, x: choose, e: editHere, Escape: leave });
  const ids = useMemo(() => [...picked], [picked]);
  const chosen: Chosen = everything ? { filter: state.filter ?? null, q: state.q } : { ids };
  return (
    <>
      <Table
        entity={entity}
        items={items}
        columns={state.columns}
        total={total}
        sort={state.sort}
        selected={picked}
        onSelect={select}
        at={at}
        onAt={setAt}
        editing={editing}
        onEditing={setEditing}
        {...p}
      />
      {picked.size > 0 && (
        <BulkBar
          entity={entity}
          chosen={chosen}
          size={everything ? (total ?? picked.size) : picked.size}
          total={total}
          archived={state.archived}
          onAll={() => {
            setPicked(new Set(items.map((r) => r.id)));
            setEverything(true);
          }}
          onClear={clear}
          acts={bulkActs}
          onExport={() => onExport(everything ? (state.filter ?? { and: [] }) : { field: "id", op: "in", value: ids })}
        />
      )}
    </>
  );
}
