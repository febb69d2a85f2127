import { useQuery } from "@tanstack/react-query";
import { postponing } from "../../api/work";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";

/** Who moves plans again and again, and who writes things down late. */
export function Postponed({ from, to }: { from: string; to: string }) {
  const { data } = useQuery({ queryKey: ["timeliness", "postponed", from, to], queryFn: () => postponing({ from, to }), retry: false });
  const rows = [...(data ?? [])].sort((a, b) => b.again - a.again || b.postponed - a.postponed || b.late - a.late);
  if (rows.length === 0) return null;
  const heads = ["plans", "postponed", "again", "records", "late"] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it is narrow, and must by the keyboard
    <section className="box timeliness-scroll" aria-labelledby="postponed" tabIndex={0}>
      <div className="box-head">
        <h2 id="postponed">{t("postponed")}</h2>
      </div>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("timeliness.user")}</th>
            {heads.map((h) => (
              <th key={h} scope="col" className="n">
                {t(`postponed.${h}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.user.id}>
              <th scope="row">{r.user.name}</th>
              {heads.map((h) => (
                <td key={h} className={(h === "again" || h === "late") && r[h] ? "n late" : "n"}>
                  {formatNumber(r[h])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
