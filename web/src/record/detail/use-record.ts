import { useQuery } from "@tanstack/react-query";
import { getRecord } from "../../api/records";
import type { EntityMeta } from "../../api/types";

/** One record with all its fields and what its reader may do with it. */
export const useRecord = (entity: EntityMeta | undefined, id: string) =>
  useQuery({ queryKey: ["record", entity?.path, id], queryFn: () => getRecord(entity?.path ?? "", id), enabled: !!entity });
