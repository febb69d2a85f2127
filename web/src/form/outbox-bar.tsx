import { useEffect } from "react";
import { unreachable } from "../api/client";
import { flush, outbox, type Round } from "../api/outbox";
import { t } from "../lib/i18n";
import { useStore } from "../lib/store";
import { IconClock } from "../lib/ui/icons";
import { toast } from "../lib/ui/toast";
import { outboxOpen } from "./open";
import { refreshAll } from "./refresh";

/** Says what became of a round of sending, and shows it. */
export function said({ sent, refused }: Round) {
  for (const e of sent) refreshAll(e.about.id);
  if (sent.length > 0) toast(t("outbox.sent", sent.length));
  if (refused.length > 0)
    toast(t("outbox.refusedN", refused.length), { bad: true, action: { label: t("open"), run: () => outboxOpen.set(true) } });
}

// A server that was away may be back without the browser having noticed.
const again = 30_000;

/** Sends what was written without a network: at the start, when the network is back, and now and then while something waits. */
export default function OutboxBar() {
  const entries = useStore(outbox);
  const gone = useStore(unreachable);
  const waiting = entries.filter((e) => !e.problem).length;
  useEffect(() => {
    const send = () => void flush().then(said, () => {});
    send();
    addEventListener("online", send);
    return () => removeEventListener("online", send);
  }, []);
  useEffect(() => {
    if (waiting === 0) return;
    const timer = setInterval(() => void flush().then(said, () => {}), again);
    return () => clearInterval(timer);
  }, [waiting]);
  useEffect(() => {
    if (!gone && waiting > 0) void flush().then(said, () => {});
  }, [gone, waiting]);
  if (entries.length === 0) return null;
  const refused = entries.length - waiting;
  return (
    <button type="button" className={refused ? "outbox-bar bad" : "outbox-bar"} onClick={() => outboxOpen.set(true)}>
      <IconClock size={16} aria-hidden />
      {waiting > 0 && t("outbox.count", waiting)}
      {waiting > 0 && refused > 0 && " · "}
      {refused > 0 && t("outbox.refusedN", refused)}
    </button>
  );
}
