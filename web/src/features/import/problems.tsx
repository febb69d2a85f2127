import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { importProblems, refusedAddress } from "../../api/imports";
import type { Import } from "../../api/types";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconDownload } from "../../lib/ui/icons";

/** Each problem with its row, column, value and reason; the refused rows also as a workbook to mend. */
export function Problems({ imp }: { imp: Import }) {
  const [only, setOnly] = useState(false);
  const q = useInfiniteQuery({
    queryKey: ["import", imp.id, "problems", imp.state, imp.result],
    queryFn: ({ pageParam }) => importProblems(imp.id, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={4} />;
  const all = q.data.pages.flatMap((p) => p.items ?? []);
  if (!all.length) return null;
  const shown = only ? all.filter((p) => p.severity === "refused") : all;
  const several = new Set(all.map((p) => p.sheet)).size > 1;
  return (
    <section className="box" aria-labelledby="problems">
      <div className="box-head">
        <h2 id="problems">{t("import.problems")}</h2>
        <label className="check small">
          <input type="checkbox" checked={only} onChange={(e) => setOnly(e.target.checked)} />
          {t("import.onlyRefused")}
        </label>
        {imp.state === "checked" && !!imp.result?.refused && (
          <a className="btn small" href={refusedAddress(imp.id)} download>
            <IconDownload size={15} aria-hidden />
            {t("import.getRefused")}
          </a>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="problems" tabIndex={0} role="group" aria-labelledby="problems">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("import.row")}</th>
              <th scope="col">{t("import.column")}</th>
              <th scope="col">{t("import.value")}</th>
              <th scope="col">{t("import.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((p, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity
              <tr key={i}>
                <td className="num">
                  {several && `${p.sheet} `}
                  {p.row}
                </td>
                <td>{p.column || "—"}</td>
                <td className="problem-value">{p.value || "—"}</td>
                <td>
                  <Badge color={p.severity === "refused" ? "red" : "orange"}>
                    {p.severity !== "refused"
                      ? t("import.isWarning")
                      : imp.state === "checked"
                        ? t("import.willBeRefused")
                        : t("import.isRefused")}
                  </Badge>{" "}
                  {p.reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {q.hasNextPage && (
          <button type="button" className="btn small more-problems" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t("more.load")}
          </button>
        )}
      </div>
    </section>
  );
}
