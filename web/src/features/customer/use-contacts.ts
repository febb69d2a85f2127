import { useQuery } from "@tanstack/react-query";
import { listRecords } from "../../api/records";
import type { EntityMeta } from "../../api/types";

/** The people at a customer. */
export function useContacts(entity: EntityMeta | undefined, customerId: string) {
  return useQuery({
    queryKey: ["children", entity?.path, "customer_id", customerId],
    queryFn: () =>
      listRecords(entity?.path ?? "", {
        filter: { field: "customer_id", op: "in", value: [customerId] },
        sort: "created_at",
        limit: 200,
      }),
    enabled: !!entity,
  });
}
