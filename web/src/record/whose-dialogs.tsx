import { useState } from "react";
import { queryClient } from "../api/query";
import { putCollaborators } from "../api/records";
import type { Collaborator } from "../api/types";
import { kindOf } from "../fields";
import { t } from "../lib/i18n";
import { Avatar, Ghosts } from "../lib/ui/bits";
import { Combobox } from "../lib/ui/combobox";
import { Dialog } from "../lib/ui/dialog";
import { FormDialog } from "../lib/ui/form-dialog";
import { IconX } from "../lib/ui/icons";
import { toast } from "../lib/ui/toast";
import { useDirectory, useUserOptions } from "../meta/directory";
import { titleOf } from "../meta/meta";
import { PickPerson } from "../meta/pick-person";
import { edit } from "./edit";
import type { WhoseRequest } from "./open";
import { mayShare, tagsOf, useCollaborators } from "./whose";
import "./whose.css";

type Props = WhoseRequest & { onClose: () => void };

/** Changes whose a record is, who works with it, or its tags: of any record that has them. */
export default function WhoseDialog({ what, ...p }: Props) {
  if (what === "assign") return <Assign {...p} />;
  return what === "tags" ? <Tags {...p} /> : <Shared {...p} />;
}

type PartProps = Omit<Props, "what">;

function Assign({ entity, rec, onClose }: PartProps) {
  const [to, setTo] = useState("");
  return (
    <FormDialog
      title={t("assign.title", titleOf(entity, rec))}
      yes={t("ok")}
      ready={!!to}
      onSubmit={async () => void edit(entity, rec, { owner_id: to })}
      onClose={onClose}
    >
      {() => <PickPerson value={to} besides={String(rec.owner_id ?? "")} onPick={({ id }) => setTo(id)} />}
    </FormDialog>
  );
}

function Tags({ entity, rec, onClose }: PartProps) {
  const field = tagsOf(entity);
  const [value, setValue] = useState<unknown>(field && rec[field.name]);
  if (!field) return null;
  const { Input } = kindOf(field);
  return (
    <FormDialog title={field.label} onSubmit={async () => void edit(entity, rec, { [field.name]: value })} onClose={onClose}>
      {() => <Input field={field} id="tags-edit" value={value} onChange={setValue} inline />}
    </FormDialog>
  );
}

/** Who works with a record beside its owner, as it is now; who may not change that reads it. */
function Shared({ entity, rec, onClose }: PartProps) {
  const now = useCollaborators(entity, rec.id).data;
  if (now && mayShare(rec)) return <Collaborators now={now} entity={entity} rec={rec} onClose={onClose} />;
  return (
    <Dialog title={t("collab.of", titleOf(entity, rec))} onClose={onClose}>
      {now ? (
        <ul className="collab">
          {now.map((c) => (
            <Row key={c.user_id} one={c}>
              <span className="muted">{t(`collab.${c.access}`)}</span>
            </Row>
          ))}
        </ul>
      ) : (
        <Ghosts n={2} />
      )}
    </Dialog>
  );
}

function Collaborators({ now, entity, rec, onClose }: PartProps & { now: Collaborator[] }) {
  const [list, setList] = useState(now);
  const options = useUserOptions().filter((o) => o.value !== rec.owner_id && !list.some((c) => c.user_id === o.value));
  const save = async () => {
    await putCollaborators(entity.path, rec.id, list);
    for (const key of ["collaborators", "log"]) void queryClient.invalidateQueries({ queryKey: [key, entity.path, rec.id] });
    toast(t("collab.saved"));
  };
  return (
    <FormDialog title={t("collab.of", titleOf(entity, rec))} onSubmit={save} onClose={onClose}>
      {() => (
        <>
          <Combobox
            label={t("collab.add")}
            value={[]}
            options={options}
            placeholder={t("collab.add")}
            onChange={([id]) => id && setList([...list, { user_id: id, access: "read" }])}
            autoOpen={now.length === 0}
          />
          <ul className="collab">
            {list.map((c) => (
              <Row key={c.user_id} one={c}>
                <Access one={c} onChange={(access) => setList(list.map((x) => (x === c ? { ...x, access } : x)))} />
                <Remove one={c} onClick={() => setList(list.filter((x) => x !== c))} />
              </Row>
            ))}
          </ul>
          <p className="muted small">{t("collab.help")}</p>
        </>
      )}
    </FormDialog>
  );
}

const useName = (c: Collaborator) => {
  const { users } = useDirectory();
  return c.name ?? users.find((u) => u.id === c.user_id)?.name ?? c.user_id;
};

function Row({ one, children }: { one: Collaborator; children: React.ReactNode }) {
  const name = useName(one);
  return (
    <li>
      <Avatar name={name} size={28} />
      <span className="grow one-line">{name}</span>
      {children}
    </li>
  );
}

function Access({ one, onChange }: { one: Collaborator; onChange: (a: Collaborator["access"]) => void }) {
  return (
    <select
      className="input"
      aria-label={t("collab.access", useName(one))}
      value={one.access}
      onChange={(e) => onChange(e.target.value as Collaborator["access"])}
    >
      <option value="read">{t("collab.read")}</option>
      <option value="edit">{t("collab.edit")}</option>
    </select>
  );
}

const Remove = ({ one, onClick }: { one: Collaborator; onClick: () => void }) => (
  <button type="button" className="icon-btn" aria-label={t("remove", useName(one))} onClick={onClick}>
    <IconX size={17} aria-hidden />
  </button>
);
