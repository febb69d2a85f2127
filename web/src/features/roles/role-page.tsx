import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { getRole } from "../../api/access";
import type { Role } from "../../api/types";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft } from "../../lib/ui/icons";
import { catalogueQuery } from "../../meta/permissions";
import { Editor } from "./editor";
import "./roles.css";

const route = getRouteApi("/settings/roles/$id");

const none: Omit<Role, "id" | "version"> = {
  name: "",
  built_in: "",
  permissions: {},
  fields: {},
  sees_private: false,
  masked: false,
  second_factor: false,
  remark: "",
};

/** The page of one role, or of one to be made, from another or from nothing. */
export default function RolePage() {
  const { id } = route.useParams();
  const { from } = route.useSearch();
  const source = id === "new" ? from : id;
  const role = useQuery({ queryKey: ["role", source], queryFn: () => getRole(source ?? ""), enabled: !!source, staleTime: 0 });
  const catalogue = useQuery(catalogueQuery);
  const error = role.error ?? catalogue.error;
  const data = source ? role.data : { ...none, id: "", version: 0 };
  return (
    <div className="roles">
      <Link to="/settings/roles" className="back">
        <IconChevronLeft size={20} aria-hidden />
        {t("settings.roles")}
      </Link>
      {error ? (
        <Failed error={error} retry={() => void Promise.all([role.refetch(), catalogue.refetch()])} />
      ) : data && catalogue.data ? (
        <Editor key={`${id}.${data.id}.${data.version}`} role={id === "new" ? copyOf(data) : data} catalogue={catalogue.data} />
      ) : (
        <Ghosts n={8} />
      )}
    </div>
  );
}

/** A role not made yet, with what another one may do. */
const copyOf = (r: Role): Role => ({ ...r, id: "", version: 0, built_in: "", name: r.name && t("roles.copyOf", r.name), remark: r.remark });
