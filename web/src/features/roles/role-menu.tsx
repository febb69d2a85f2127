import { useNavigate } from "@tanstack/react-router";
import { archiveRole, restoreRole } from "../../api/access";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import type { Role } from "../../api/types";
import { t } from "../../lib/i18n";
import { IconArchive, IconCopy, IconDots, IconHistory } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";

const reload = () => {
  for (const key of ["roles", "catalogue"]) void queryClient.invalidateQueries({ queryKey: [key] });
};

async function restore(id: string) {
  try {
    await restoreRole(id);
    reload();
  } catch (e) {
    toastError(e);
  }
}

/** What else can be done with a role: made into another one, put away, looked up in the log. */
export function RoleMenu({ role, count }: { role: Role; count: number }) {
  const navigate = useNavigate();
  const archive = async () => {
    try {
      await archiveRole(role.id, role.version);
      reload();
      void navigate({ to: "/settings/roles" });
      toast(t("archived", role.name), { undo: () => void restore(role.id) });
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <Popover menu side="end" name={t("more.of", role.name)} className="btn icon-only" label={<IconDots size={18} aria-hidden />}>
      {() => (
        <>
          {permits("role", "create") && (
            <MenuItem
              icon={<IconCopy size={16} />}
              onClick={() => void navigate({ to: "/settings/roles/$id", params: { id: "new" }, search: { from: role.id } })}
            >
              {t("roles.copy")}
            </MenuItem>
          )}
          {permits("log", "view") && (
            <MenuItem icon={<IconHistory size={16} />} onClick={() => void navigate({ to: "/settings/log", search: { record: role.id } })}>
              {t("log")}
            </MenuItem>
          )}
          {permits("role", "delete") && !role.built_in && count === 0 && (
            <MenuItem icon={<IconArchive size={16} />} danger onClick={() => void archive()}>
              {t("archive")}
            </MenuItem>
          )}
        </>
      )}
    </Popover>
  );
}
