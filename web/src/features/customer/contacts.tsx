import { type ReactNode, useState } from "react";
import type { EntityMeta, Rec } from "../../api/types";
import { blank, Show, str } from "../../fields";
import { openForm } from "../../form/open";
import { t } from "../../lib/i18n";
import { Avatar, Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconDots, IconHierarchy2, IconPencil, IconPlus, IconUsers } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { choiceOf, fieldOf, may, useEntity } from "../../meta/meta";
import { Proof } from "../../record/proof";
import { hasRecordMenu, RecordMenu } from "../../record/record-menu";
import { gaps, organisation, type Person } from "./org-tree";
import { useContacts } from "./use-contacts";
import "./contacts.css";

/** The people at a customer, as a list and as the organisation that their reports-to draws; with a title, the inside of a box. */
export function Contacts({ customer, title }: { customer: Rec; title?: ReactNode }) {
  const entity = useEntity("contact");
  const [tree, setTree] = useState(false);
  const { data, error, refetch } = useContacts(entity, customer.id);
  if (!entity) return null;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={3} h={60} />;
  const people = data.items;
  const add = (values: object = {}) => openForm({ entity: "contact", values: { customer_id: customer.id, ...values } });
  const mayAdd = may(entity, "create") && !customer._archived;
  const tools = (
    <>
      {people.length > 1 && (
        <div className="switch" role="group" aria-label={t("contacts.as")}>
          <button type="button" aria-pressed={!tree} title={t("contacts.list")} onClick={() => setTree(false)}>
            <IconUsers size={16} aria-hidden />
            <span className={title ? "sr" : undefined}>{t("contacts.list")}</span>
          </button>
          <button type="button" aria-pressed={tree} title={t("contacts.tree")} onClick={() => setTree(true)}>
            <IconHierarchy2 size={16} aria-hidden />
            <span className={title ? "sr" : undefined}>{t("contacts.tree")}</span>
          </button>
        </div>
      )}
      {!title && <span className="grow" />}
      {mayAdd && (
        <button type="button" className="btn small" onClick={() => add()}>
          <IconPlus size={15} aria-hidden />
          {t("new.of", entity.label)}
        </button>
      )}
    </>
  );
  const body =
    people.length === 0 ? (
      <p className="muted small none">{t("contacts.none")}</p>
    ) : tree ? (
      <Organisation entity={entity} people={people} onAdd={mayAdd ? add : undefined} />
    ) : (
      <ul>
        {people.map((c) => (
          <ContactRow key={c.id} entity={entity} rec={c} />
        ))}
      </ul>
    );
  if (!title)
    return (
      <div className="contacts">
        <div className="row">{tools}</div>
        {body}
      </div>
    );
  return (
    <div className="contacts">
      <div className="box-head">
        <h2>{title}</h2>
        {tools}
      </div>
      <div className="c-box-body">{body}</div>
    </div>
  );
}

const edit = (rec: Rec) => openForm({ entity: "contact", rec });

function ContactRow({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const field = (n: string) => fieldOf(entity, n);
  const reach = ["mobile", "landline", "email", "wechat"].map(field).filter((f) => f && !blank(rec[f.name]));
  return (
    <li className="contact">
      <Avatar name={str(rec.name)} size={36} />
      <div className="grow">
        <p className="row wrap">
          <b>{str(rec.name)}</b>
          <span className="muted small">{[str(rec.department), str(rec.title)].filter(Boolean).join(" · ")}</span>
          {rec.main === true && <Badge color="blue">{t("contacts.main")}</Badge>}
          <RoleBadges entity={entity} rec={rec} />
        </p>
        <p className="row wrap small reach">
          {reach.map(
            (f) =>
              f && (
                <span key={f.name} className="row">
                  <Show field={f} rec={rec} />
                  <Proof entity={entity} field={f} rec={rec} />
                </span>
              ),
          )}
          {reach.length === 0 && <span className="muted">{t("contacts.noReach")}</span>}
        </p>
      </div>
      {may(entity, "edit") && (
        <button type="button" className="icon-btn" aria-label={t("edit.of", str(rec.name))} onClick={() => edit(rec)}>
          <IconPencil size={16} aria-hidden />
        </button>
      )}
      {hasRecordMenu({ entity, rec }) && (
        <Popover menu name={t("more.of", str(rec.name))} className="icon-btn" side="end" label={<IconDots size={16} aria-hidden />}>
          {() => <RecordMenu entity={entity} rec={rec} />}
        </Popover>
      )}
    </li>
  );
}

function RoleBadges({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  return (
    <>
      {["decision_role", "attitude"].map((n) => {
        const f = fieldOf(entity, n);
        const c = f && choiceOf(f, rec[n]);
        return c ? (
          <Badge key={n} color={c.color}>
            {c.label}
          </Badge>
        ) : null;
      })}
    </>
  );
}

function Organisation({ entity, people, onAdd }: { entity: EntityMeta; people: Rec[]; onAdd?: (values: object) => void }) {
  const roles = fieldOf(entity, "decision_role")?.choices?.filter((c) => !c.disabled) ?? [];
  const open = gaps(
    people,
    roles.map((c) => c.value),
  );
  return (
    <div>
      <div className="org" role="group" aria-label={t("contacts.tree")}>
        <Branch entity={entity} people={organisation(people)} />
      </div>
      {open.length > 0 && (
        <div className="row wrap small org-gaps">
          <span className="muted">{t("contacts.gaps")}</span>
          {roles
            .filter((c) => open.includes(c.value))
            .map((c) =>
              onAdd ? (
                <button key={c.value} type="button" className="gap" onClick={() => onAdd({ decision_role: c.value })}>
                  <IconPlus size={13} aria-hidden />
                  {c.label}
                </button>
              ) : (
                <Badge key={c.value}>{c.label}</Badge>
              ),
            )}
        </div>
      )}
    </div>
  );
}

// Nested lists: what a screen reader says is the same tree that the lines draw.
function Branch({ entity, people }: { entity: EntityMeta; people: Person[] }) {
  const attitude = fieldOf(entity, "attitude");
  return (
    <ul>
      {people.map(({ rec, below }) => (
        <li key={rec.id}>
          <button
            type="button"
            className={`org-card a-${attitude ? (choiceOf(attitude, rec.attitude)?.color ?? "gray") : "gray"}`}
            onClick={() => edit(rec)}
          >
            <b>{str(rec.name)}</b>
            <span className="muted small">{str(rec.title) || "—"}</span>
            <span className="row wrap">
              <RoleBadges entity={entity} rec={rec} />
            </span>
          </button>
          {below.length > 0 && <Branch entity={entity} people={below} />}
        </li>
      ))}
    </ul>
  );
}
