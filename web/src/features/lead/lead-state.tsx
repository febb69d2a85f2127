import { lazy, Suspense, useState } from "react";
import type { LeadOutcome } from "../../api/leads";
import type { EntityMeta, Rec } from "../../api/types";
import { blank, str } from "../../fields";
import { t } from "../../lib/i18n";
import { IconChevronDown } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toastError } from "../../lib/ui/toast";
import { choiceOf, fieldOf, titleOf } from "../../meta/meta";
import { reviews } from "./lead-now";
import { movedLead } from "./moved";
import { movesOf } from "./queue";

const OutcomeSheet = lazy(() => import("./outcome-sheet"));

/** What is told when a lead comes to its end, or is put aside. */
export const asked = ["won", "lost", "parked", "invalid"];

/** Where a lead stands, as a chip that moves it on; how it ends is asked. */
export function LeadState({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const [to, setTo] = useState<string>();
  const field = fieldOf(entity, "state");
  const now = field && choiceOf(field, rec.state);
  const chip = `stage-chip c-${now?.color || "gray"}`;
  const can = rec._can?.edit !== false && !rec._archived;
  const moves = can ? movesOf(str(rec.state), reviews(rec), !blank(rec.converted_at)) : [];
  if (moves.length === 0) return <span className={chip}>{now?.label ?? str(rec.state)}</span>;
  const said = (state: string) => (field && choiceOf(field, state)?.label) ?? state;
  const move = async (state: LeadOutcome["state"]) => {
    try {
      await movedLead(rec, { state }, t("lead.moved", titleOf(entity, rec), said(state)));
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <>
      <Popover
        menu
        className={chip}
        popName={t("lead.move")}
        label={
          <>
            {now?.label}
            <IconChevronDown size={15} aria-hidden />
          </>
        }
      >
        {() =>
          moves.map((m) => (
            <MenuItem
              key={m}
              icon={<i className={`dot c-${(field && choiceOf(field, m)?.color) || "gray"}`} />}
              onClick={() => (asked.includes(m) ? setTo(m) : void move(m as LeadOutcome["state"]))}
            >
              {said(m)}
            </MenuItem>
          ))
        }
      </Popover>
      <Suspense>
        {to && <OutcomeSheet entity={entity} rec={rec} to={to as LeadOutcome["state"]} onClose={() => setTo(undefined)} />}
      </Suspense>
    </>
  );
}
