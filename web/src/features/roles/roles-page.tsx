import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listRoles } from "../../api/access";
import { permits } from "../../api/session";
import type { Role, RoleCatalogue } from "../../api/types";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronRight, IconPlus, IconUsers } from "../../lib/ui/icons";
import { grantSaid, labelsOf } from "../../meta/permission-words";
import { catalogueQuery } from "../../meta/permissions";
import "./roles.css";

/** 角色: who may do what, each with what it opens and how many have it. */
export default function RolesPage() {
  const roles = useQuery({ queryKey: ["roles"], queryFn: listRoles });
  const catalogue = useQuery(catalogueQuery);
  const error = roles.error ?? catalogue.error;
  return (
    <div className="roles">
      <div className="row wrap roles-top">
        <p className="muted">{t("roles.note")}</p>
        {permits("role", "create") && (
          <Link to="/settings/roles/$id" params={{ id: "new" }} className="btn primary">
            <IconPlus size={17} aria-hidden />
            {t("roles.new")}
          </Link>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void Promise.all([roles.refetch(), catalogue.refetch()])} />
      ) : roles.data && catalogue.data ? (
        <ul className="box roles-list">
          {roles.data.map((r) => (
            <li key={r.id}>
              <RoleRow role={r} catalogue={catalogue.data} />
            </li>
          ))}
        </ul>
      ) : (
        <Ghosts n={7} h={60} />
      )}
    </div>
  );
}

function RoleRow({ role, catalogue }: { role: Role; catalogue: RoleCatalogue }) {
  const users = catalogue.users[role.id] ?? 0;
  const view = role.permissions.customer?.view;
  return (
    <Link to="/settings/roles/$id" params={{ id: role.id }} className="roles-row">
      <span className="roles-who">
        <span className="row">
          <b>{role.name}</b>
          {role.built_in && <Badge>{t("roles.builtIn")}</Badge>}
          {role.masked && <Badge color="orange">{t("roles.maskedShort")}</Badge>}
        </span>
        <span className="muted small">{role.remark}</span>
      </span>
      <span className="small roles-reach">
        <span className="muted">{labelsOf(catalogue).module("customer")}</span> {grantSaid(catalogue, "customer", "view", view)}
      </span>
      <span className="small row roles-users">
        <IconUsers size={15} aria-hidden />
        {t("roles.users", users)}
      </span>
      <IconChevronRight size={17} aria-hidden />
    </Link>
  );
}
