import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { leadAdvice } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { kindOf, str } from "../../fields";
import { t } from "../../lib/i18n";
import { Failed, Field } from "../../lib/ui/bits";
import { choiceOf, fieldOf } from "../../meta/meta";

/** What would be proposed for a lead. */
export function TalkTry({ followup }: { followup: EntityMeta }) {
  const [lead, setLead] = useState("");
  const field = fieldOf(followup, "lead_id");
  const ways = fieldOf(followup, "way");
  const { data, error } = useQuery({ queryKey: ["lead-advice", lead, "try"], queryFn: () => leadAdvice(lead), enabled: !!lead });
  if (!field) return null;
  const { Input } = kindOf(field);
  const p = data?.proposal;
  return (
    <div className="talk-try">
      <Field id="talks-try" label={t("talks.try")}>
        <Input field={{ ...field, required: false }} id="talks-try" value={lead} onChange={(v) => setLead(str(v))} />
      </Field>
      <div aria-live="polite">
        {error && <Failed error={error} />}
        {p && lead && !p.track && <p className="muted">{t("talks.tryNone")}</p>}
        {p?.track && lead && (
          <>
            <p>
              <b>{p.track}</b>
              {p.way && ways && ` · ${choiceOf(ways, p.way)?.label ?? p.way}`}
            </p>
            <p>{p.goal}</p>
            <ul>
              {p.points.map((x) => (
                <li key={x}>{x}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}
