import { useState } from "react";
import { t } from "../../lib/i18n";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconArrowDown, IconArrowUp } from "../../lib/ui/icons";
import { arrange, type Card, moved, ownArrangement } from "./arrangement";

/** 调整工作台: which cards stand there, and in what order; kept in the user's settings. */
export default function ArrangeDialog({ onClose }: { onClose: () => void }) {
  const [{ order, off }, set] = useState(ownArrangement);
  const toggle = (c: Card) => set({ order, off: off.includes(c) ? off.filter((x) => x !== c) : [...off, c] });
  const move = (c: Card, n: number) => set({ order: moved(order, c, n), off });
  return (
    <FormDialog title={t("home.arrange")} kind="sheet" onSubmit={() => arrange({ order, off })} onClose={onClose}>
      {() => (
        <ul className="arrange">
          {order.map((c, i) => (
            <li key={c}>
              <label className="check grow">
                <input type="checkbox" checked={!off.includes(c)} onChange={() => toggle(c)} />
                {t(`card.${c}`)}
              </label>
              <button
                type="button"
                className="icon-btn"
                disabled={i === 0}
                aria-label={t("columns.up", t(`card.${c}`))}
                onClick={() => move(c, -1)}
              >
                <IconArrowUp size={17} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-btn"
                disabled={i === order.length - 1}
                aria-label={t("columns.down", t(`card.${c}`))}
                onClick={() => move(c, 1)}
              >
                <IconArrowDown size={17} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </FormDialog>
  );
}
