import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError } from "../../api/client";
import type { EntityMeta, Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft, IconSearch } from "../../lib/ui/icons";
import { useRecord } from "./use-record";

type Props = { entity: EntityMeta | undefined; id: string; heading?: boolean; children: (entity: EntityMeta, rec: Rec) => ReactNode };

/** Shows a record once it is there; before, or in its place, why it is not. */
export function Loaded({ entity, id, heading, children }: Props) {
  const { data: rec, error, refetch } = useRecord(entity, id);
  if (error instanceof ApiError && error.status === 404)
    return <Empty heading={heading} icon={<IconSearch size={28} />} title={t("notFound")} text={t("notFound.hint")} />;
  if (error && !rec) return <Failed error={error} retry={() => void refetch()} />;
  return rec && entity ? children(entity, rec) : <Ghosts n={8} h={48} />;
}

/** A page that is all about one record, with the way back to the list of its kind. */
export const LoadedPage = (p: Omit<Props, "heading"> & { to: "/customers" | "/leads" }) => (
  <div className="page page-pad">
    <Link to={p.to} className="back no-print">
      <IconChevronLeft size={18} aria-hidden />
      {p.entity?.label_plural ?? "…"}
    </Link>
    <Loaded heading {...p} />
  </div>
);
