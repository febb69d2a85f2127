import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { getCollaborators, putCollaborators } from "../../api/records";
import type { Collaborator, EntityMeta, Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { Avatar, Spinner } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { Dialog } from "../../lib/ui/dialog";
import { IconX } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { useDirectory, useUserOptions } from "../../meta/directory";

export const useCollaborators = (entity: EntityMeta, id: string) =>
  useQuery({ queryKey: ["collaborators", entity.path, id], queryFn: () => getCollaborators(entity.path, id) });

/** Who else works with this customer, and whether they may change it. */
export function CollaboratorsDialog({
  entity,
  rec,
  now,
  onClose,
}: {
  entity: EntityMeta;
  rec: Rec;
  now: Collaborator[];
  onClose: () => void;
}) {
  const [list, setList] = useState(now);
  const [busy, setBusy] = useState(false);
  const { users } = useDirectory();
  const options = useUserOptions().filter((o) => o.value !== rec.owner_id && !list.some((c) => c.user_id === o.value));
  const save = async () => {
    setBusy(true);
    try {
      await putCollaborators(entity.path, rec.id, list);
      void queryClient.invalidateQueries({ queryKey: ["collaborators", entity.path, rec.id] });
      void queryClient.invalidateQueries({ queryKey: ["log", entity.path, rec.id] });
      toast(t("collab.saved"));
      onClose();
    } catch (e) {
      toastError(e);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("collab")}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" className="btn primary" disabled={busy} onClick={() => void save()}>
            {busy && <Spinner />}
            {t("save")}
          </button>
        </>
      }
    >
      <div className="stack">
        <Combobox
          label={t("collab.add")}
          value={[]}
          options={options}
          placeholder={t("collab.add")}
          onChange={([id]) => id && setList([...list, { user_id: id, access: "read" }])}
        />
        <ul className="collab">
          {list.map((c) => {
            const name = users.find((u) => u.id === c.user_id)?.name ?? c.user_id;
            return (
              <li key={c.user_id}>
                <Avatar name={name} size={28} />
                <span className="grow one-line">{name}</span>
                <select
                  className="input"
                  aria-label={t("collab.access", name)}
                  value={c.access}
                  onChange={(e) => setList(list.map((x) => (x === c ? { ...x, access: e.target.value as "read" } : x)))}
                >
                  <option value="read">{t("collab.read")}</option>
                  <option value="edit">{t("collab.edit")}</option>
                </select>
                <button
                  type="button"
                  className="icon-btn"
                  aria-label={t("remove", name)}
                  onClick={() => setList(list.filter((x) => x !== c))}
                >
                  <IconX size={17} aria-hidden />
                </button>
              </li>
            );
          })}
        </ul>
        {list.length === 0 && <p className="muted small">{t("collab.none")}</p>}
      </div>
    </Dialog>
  );
}
