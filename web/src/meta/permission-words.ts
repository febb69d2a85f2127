import { queryClient } from "../api/query";
import type { FieldAccess, Grant, RoleCatalogue } from "../api/types";
import { t } from "../lib/i18n";
import { directoryQuery } from "./directory";
import { isListed, scopeOf } from "./permissions";

// The words of administrators' screens, in more than one of them (lib/i18n, withAdmin).

const actionOf = (c: RoleCatalogue, module: string, action: string) =>
  c.modules.find((m) => m.module === module)?.actions.find((a) => a.action === action);

/** What modules, actions and fields are called. */
export const labelsOf = (c: RoleCatalogue) => ({
  module: (name: string) => c.modules.find((m) => m.module === name)?.label ?? name,
  action: (module: string, name: string) => actionOf(c, module, name)?.label ?? name,
  field: (entity: string, name: string) => {
    const of = c.entities.find((e) => e.entity === entity);
    return `${of?.label ?? entity} · ${of?.fields.find((f) => f.field === name)?.label ?? name}`;
  },
});

/** How far a permission reaches, in words: "本部门及下级", "允许", "无", "华东区、华南区（含下级）". */
export function grantSaid(c: RoleCatalogue, module: string, action: string, g: Grant | undefined): string {
  const scope = scopeOf(g);
  if (!scope) return t("grant.none");
  if (!actionOf(c, module, action)?.reach) return t("grant.yes");
  if (!isListed(g)) return c.scopes.find((s) => s.scope === scope)?.label ?? scope;
  const departments = queryClient.getQueryData(directoryQuery.queryKey)?.departments ?? [];
  const names = g.departments.map((id) => departments.find((d) => d.id === id)?.name ?? t("grant.gone")).join(t("list.comma"));
  return g.below ? t("grant.below", names) : names;
}

export const fieldAccessSaid = (a: FieldAccess) => t(`access.${a}`);
