import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { Code, CodeSet } from "../api/types";
import { t } from "../lib/i18n";
import { Dialog } from "../lib/ui/dialog";
import { IconChevronRight } from "../lib/ui/icons";
import { codesOf, FOREVER } from "./codes";

/** The tree of a code set, a column to a level, for those who would rather look than type. */
export default function Browse({
  set,
  title,
  onPick,
  onClose,
}: {
  set: CodeSet;
  title: string;
  onPick: (code: string) => void;
  onClose: () => void;
}) {
  const [path, setPath] = useState<Code[]>([]);
  const levels = useQueries({
    queries: ["", ...path.map((c) => c.code)].map((parent) => ({
      queryKey: ["codes", set, "in", parent],
      queryFn: () => codesOf(set, { parent }),
      staleTime: FOREVER,
    })),
  });
  const last = path.at(-1);
  return (
    <Dialog
      title={title}
      wide
      kind="sheet"
      onClose={onClose}
      footer={
        <>
          <span className="grow muted small">{path.map((c) => c.name).join(" / ")}</span>
          <button type="button" className="btn primary" disabled={!last} onClick={() => last && onPick(last.code)}>
            {t("ok")}
          </button>
        </>
      }
    >
      <div className="browse">
        {levels.map((l, depth) =>
          l.data && l.data.length === 0 ? null : (
            <ul key={depth === 0 ? "" : path[depth - 1]?.code}>
              {(l.data ?? []).map((c) => (
                <li key={c.code}>
                  <button
                    type="button"
                    aria-pressed={path[depth]?.code === c.code}
                    onClick={() => (c.leaf ? onPick(c.code) : setPath([...path.slice(0, depth), c]))}
                  >
                    <span>{c.name}</span>
                    {!c.leaf && <IconChevronRight size={14} aria-hidden />}
                  </button>
                </li>
              ))}
            </ul>
          ),
        )}
      </div>
    </Dialog>
  );
}
