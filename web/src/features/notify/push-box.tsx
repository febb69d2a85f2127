import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { pushState, removePush } from "../../api/notes";
import { queryClient } from "../../api/query";
import { formatAgo } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Spinner } from "../../lib/ui/bits";
import { IconBell } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { disable, enable, type PushHere, pushHere } from "./push";

/** 设备推送: whether this browser is told while no page is open, and which others are. */
export function PushBox() {
  const { data } = useQuery({ queryKey: ["push"], queryFn: pushState });
  const [here, setHere] = useState<PushHere>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void pushHere().then(setHere);
  }, []);
  if (!data) return null;
  const isOn = here === "on" && data.items.some((b) => b.current);
  const turn = async (what: typeof enable) => {
    setBusy(true);
    try {
      setHere(await what(data));
      await queryClient.invalidateQueries({ queryKey: ["push"] });
    } catch (e) {
      toastError(e);
    }
    setBusy(false);
  };
  const remove = async (id: string) => {
    try {
      await removePush(id);
      await queryClient.invalidateQueries({ queryKey: ["push"] });
    } catch (e) {
      toastError(e);
    }
  };
  const why = here && here !== "on" && here !== "off" ? t(`push.${here}`) : t("push.text");
  return (
    <section className="box" aria-labelledby="told-push">
      <div className="box-head">
        <h2 id="told-push">{t("push")}</h2>
        {(here === "on" || here === "off") && (
          <button type="button" className={isOn ? "btn" : "btn primary"} disabled={busy} onClick={() => void turn(isOn ? disable : enable)}>
            {busy && <Spinner />}
            {isOn ? t("push.disable") : t("push.enable")}
          </button>
        )}
      </div>
      <p className="told-hours muted small">{why}</p>
      {data.items.length > 0 && (
        <ul className="told-list">
          {data.items.map((b) => (
            <li key={b.id}>
              <IconBell size={18} aria-hidden />
              <span className="grow">
                {b.name || t("push.device")} {b.current && <span className="badge c-green">{t("push.this")}</span>}
                <span className="muted small told-muted">{b.sent_at ? t("push.sent", formatAgo(b.sent_at)) : t("push.never")}</span>
              </span>
              {!b.current && (
                <button type="button" className="btn small" aria-label={`${t("push.remove")} ${b.name}`} onClick={() => void remove(b.id)}>
                  {t("push.remove")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
