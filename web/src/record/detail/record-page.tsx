import type { ReactNode } from "react";
import type { EntityMeta, Rec } from "../../api/types";
export function RecordPage(_: { entity: EntityMeta; id: string; onEdit: (r: Rec) => void; missing: ReactNode }) {
  return null;
}
