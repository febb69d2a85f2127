import { useQuery } from "@tanstack/react-query";
import { leadsWaiting } from "../../api/leads";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";

/** How many leads wait for a review, beside the way there. */
export default function ReviewCount() {
  const { data } = useQuery({ queryKey: ["review-count"], queryFn: leadsWaiting, refetchInterval: 2 * 60_000, staleTime: 30_000 });
  if (!data) return null;
  return (
    <span className="nav-count num">
      <span aria-hidden>{data > 99 ? "99+" : formatNumber(data)}</span>
      <span className="sr">{t("nav.review.n", data)}</span>
    </span>
  );
}
