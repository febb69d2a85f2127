import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";

/** What the keys of a list do. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const keys: [string[], string][] = [
    [["Ctrl", "K"], t("keys.palette")],
    [["/"], t("keys.search")],
    [["J", "↓"], t("keys.down")],
    [["K", "↑"], t("keys.up")],
    [["Enter"], t("keys.open")],
    [["E"], t("keys.edit")],
    [["Tab"], t("keys.tab")],
    [["Esc"], t("keys.esc")],
    [["X"], t("keys.select")],
    [["N"], t("keys.new")],
    [["?"], t("keys.help")],
  ];
  return (
    <Dialog title={t("keys")} onClose={onClose}>
      <dl className="keys">
        {keys.map(([k, said]) => (
          <div key={said}>
            <dt>
              {k.map((x) => (
                <kbd key={x}>{x}</kbd>
              ))}
            </dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
