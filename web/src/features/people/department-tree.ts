import type { Department } from "../../api/types";

export type Node = Department & { below: Node[] };

/** The departments as a tree, in the order given; one whose parent is unknown stands on top. */
export function tree(list: Department[]): Node[] {
  const nodes = new Map(list.map((d) => [d.id, { ...d, below: [] } as Node]));
  const roots: Node[] = [];
  for (const n of nodes.values()) {
    const above = nodes.get(n.parent_id);
    if (above && above !== n) above.below.push(n);
    else roots.push(n);
  }
  return roots;
}

/** A department and all below it. */
export function below(list: Department[], id: string): string[] {
  const out = [id];
  for (const at of out) out.push(...list.filter((d) => d.parent_id === at && !out.includes(d.id)).map((d) => d.id));
  return out;
}
