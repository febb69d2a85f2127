import { useQuery } from "@tanstack/react-query";
import { logSeal } from "../../api/log";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { CopyButton } from "../../lib/ui/copy-button";
import { IconShieldLock } from "../../lib/ui/icons";

/** The newest seal over the log, and what it is for. */
export function SealBox() {
  const { data: seal } = useQuery({ queryKey: ["log-seal"], queryFn: logSeal });
  if (!seal) return <div className="box logs-seal" aria-busy="true" />;
  const number = t("logs.sealNumber", String(seal.number));
  return (
    <details className="box logs-seal">
      <summary>
        <IconShieldLock size={18} aria-hidden />
        <b>{t("logs.seal")}</b>
        {seal.number > 0 && (
          <>
            <span className="num">{number}</span>
            <time className="muted small num" dateTime={seal.at ?? ""}>
              {formatExact(seal.at)}
            </time>
          </>
        )}
      </summary>
      {seal.number > 0 ? (
        <>
          <p className="row logs-hash">
            <code>{seal.hash}</code>
            <CopyButton text={`${number} ${formatExact(seal.at)} ${seal.hash}`} name={t("logs.sealCopy")} done={t("logs.sealCopied")} />
          </p>
          <p className="muted small">{t("logs.sealText")}</p>
        </>
      ) : (
        <p className="muted small">{t("logs.sealNone")}</p>
      )}
    </details>
  );
}
