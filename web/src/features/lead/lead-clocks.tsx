import type { LeadAdvice } from "../../api/leads";
import { span, TimeLeft } from "../../form/time-left";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { IconAlertTriangle, IconBan, IconCheck, IconClock } from "../../lib/ui/icons";

type Clock = LeadAdvice["clocks"][number];

const icons = { running: IconClock, met: IconCheck, late: IconAlertTriangle, cancelled: IconBan };

/** What was promised about a lead: each station with its time, whether it was kept, and what is left of those that run. */
export function LeadClocks({ clocks }: { clocks: Clock[] }) {
  return (
    <ol className="lead-clocks">
      {clocks.map((c) => {
        const Icon = icons[c.state];
        return (
          <li key={`${c.kind} ${c.started_at}`} className={c.state} title={formatExact(c.due_at)}>
            <Icon size={16} aria-hidden />
            <span>{c.label}</span>
            <span className="small">{c.state === "running" ? <TimeLeft due={c.due_at} /> : <Kept clock={c} />}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Kept({ clock: c }: { clock: Clock }) {
  if (c.state === "cancelled") return t("lead.clock.cancelled");
  const from = c.state === "late" ? c.due_at : c.started_at;
  return t(c.state === "late" ? "lead.clock.late" : "lead.clock.met", span(Date.parse(c.met_at ?? c.due_at) - Date.parse(from)));
}
