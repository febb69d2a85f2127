import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import { smsSettings } from "../../api/sms";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { GatewayForm } from "./gateway-form";
import { TestBox } from "./test-box";
import "./sms.css";

const smsQuery = { queryKey: ["sms"], queryFn: smsSettings };

/** 短信网关: how it is spoken to, and whether that works. */
export default function SmsPage() {
  const { data, error, refetch } = useQuery(smsQuery);
  const [open, setOpen] = useState(false);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={5} h={64} />;
  const now = data.gateway ?? undefined;
  const fixed = !permits("setting", "edit");
  const changed = (next: typeof data) => {
    queryClient.setQueryData(smsQuery.queryKey, next);
    setOpen(false);
    // Whether numbers show as unverified follows from it.
    void queryClient.invalidateQueries({ queryKey: ["meta"] });
  };
  return (
    <div className="sms">
      <section className="box" aria-labelledby="sms">
        <div className="box-head">
          <h2 id="sms">{t("settings.sms")}</h2>
          {now ? (
            <Badge color={now.active ? "green" : "gray"}>{now.active ? t("sms.on") : t("sms.off")}</Badge>
          ) : (
            !fixed &&
            !open && (
              <button type="button" className="btn" onClick={() => setOpen(true)}>
                {t("sms.set")}
              </button>
            )
          )}
        </div>
        <p className="sms-note muted small">{t("sms.text")}</p>
        {(now || open) && <GatewayForm now={now} fixed={fixed} onChanged={changed} />}
      </section>
      {now && !fixed && <TestBox />}
    </div>
  );
}
