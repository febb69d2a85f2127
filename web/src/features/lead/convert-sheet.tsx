import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { convertLead, unconvertLead } from "../../api/leads";
import { findDuplicates, listRecords } from "../../api/records";
import type { Duplicate, FieldMeta, Rec } from "../../api/types";
import { kindOf, str } from "../../fields";
import { t } from "../../lib/i18n";
import { Field, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { fieldOf, may, useEntity } from "../../meta/meta";
import { refreshLeads } from "./use-queue";
import "./pick.css";

type Props = { rec: Rec; onClose: () => void };

/** 转化: into a new customer, or one that is there already; who is likely the same stands first. */
export default function ConvertSheet({ rec, onClose }: Props) {
  const known = useQuery({
    queryKey: ["convert", rec.id, rec.version],
    queryFn: () => findDuplicates("leads", { company: rec.company, phone: rec.phone }, {}, rec.id),
    retry: false,
  });
  const same = (known.data ?? []).filter((d) => d.entity === "customer" && d.visible && d.id);
  if (known.isPending)
    return (
      <FormDialog title={t("lead.convert.of", str(rec.company))} kind="sheet" ready={false} onSubmit={async () => false} onClose={onClose}>
        {() => <Ghosts n={3} h={56} />}
      </FormDialog>
    );
  return <Form rec={rec} same={same} onClose={onClose} />;
}

function Form({ rec, same, onClose }: Props & { same: Duplicate[] }) {
  const navigate = useNavigate();
  const customers = useEntity("customer");
  const followup = useEntity("followup");
  // The reference as follow-ups have it: any customer that one sees.
  const any = followup && fieldOf(followup, "customer_id");
  const mayMake = may(customers, "create");
  const [into, setInto] = useState(() => same.find((d) => d.sure)?.id ?? (mayMake ? "" : (same[0]?.id ?? "other")));
  const [other, setOther] = useState("");
  const [picked, setPicked] = useState<{ of: string; contact: string }>();
  const customer = into === "other" ? other : into;
  const people = usePeople(customer);
  // Who has the lead's contact's name is likely the same.
  const contact = picked?.of === customer ? picked.contact : (people.find((c) => str(c.name) === str(rec.contact_name))?.id ?? "");
  const save = async () => {
    const made = await convertLead(rec.id, customer ? { customer_id: customer, ...(contact ? { contact_id: contact } : {}) } : {});
    refreshLeads([rec.id]);
    const back = () =>
      void unconvertLead(rec.id).then(() => {
        refreshLeads([rec.id]);
        toast(t("lead.unconverted"));
      }, toastError);
    toast(t("lead.converted", str(rec.company)), {
      action: { label: t("lead.openCustomer"), run: () => void navigate({ to: "/customers/$id", params: { id: made.customer_id } }) },
      undo: back,
    });
  };
  return (
    <FormDialog
      title={t("lead.convert.of", str(rec.company))}
      kind="sheet"
      yes={t("lead.convert.yes")}
      ready={into !== "other" || !!other}
      onSubmit={save}
      onClose={onClose}
    >
      {(errors) => (
        <>
          <fieldset className="convert-into bare">
            <legend className="label">{t("lead.convert.into")}</legend>
            {same.map((d) => (
              <Pick key={d.id} value={d.id} into={into} onPick={setInto} title={d.title}>
                {t("lead.convert.same", d.labels.join(t("list.comma")))}
                {d.owner && ` · ${t("duplicates.owner", d.owner.name)}`}
              </Pick>
            ))}
            {mayMake && (
              <Pick value="" into={into} onPick={setInto} title={`${t("lead.convert.new")}${t("colon")}${str(rec.company)}`}>
                {t("lead.convert.newText")}
              </Pick>
            )}
            {any && (
              <Pick value="other" into={into} onPick={setInto} title={t("lead.convert.other")}>
                {into === "other" && <Other field={any} value={other} onChange={setOther} error={errors.customer_id} />}
              </Pick>
            )}
          </fieldset>
          {customer ? (
            <Contact
              people={people}
              name={str(rec.contact_name)}
              value={contact}
              onChange={(v) => setPicked({ of: customer, contact: v })}
            />
          ) : (
            !str(rec.contact_name) && <p className="small muted">{t("lead.convert.noContact")}</p>
          )}
        </>
      )}
    </FormDialog>
  );
}

type PickProps = { value: string; into: string; title: string; onPick: (v: string) => void; children?: React.ReactNode };

const Pick = ({ value, into, title, onPick, children }: PickProps) => (
  <div className="pick">
    <input type="radio" name="into" id={`into-${value}`} checked={into === value} onChange={() => onPick(value)} />
    <div className="grow">
      <label htmlFor={`into-${value}`}>
        <b>{title}</b>
      </label>
      <div className="small muted">{children}</div>
    </div>
  </div>
);

function Other({ field, value, onChange, error }: { field: FieldMeta; value: string; onChange: (v: string) => void; error?: string }) {
  const { Input } = kindOf(field);
  return (
    <Field id="convert-other" label={field.label} error={error}>
      <Input field={field} id="convert-other" value={value} onChange={(v) => onChange(String(v ?? ""))} />
    </Field>
  );
}

/** The contacts at a customer. */
function usePeople(customer: string): Rec[] {
  const { data } = useQuery({
    queryKey: ["children", "contacts", "customer_id", customer],
    queryFn: () =>
      listRecords("contacts", { filter: { field: "customer_id", op: "in", value: [customer] }, fields: ["name", "title"], limit: 50 }),
    enabled: !!customer,
  });
  return data?.items ?? [];
}

type ContactProps = { people: Rec[]; name: string; value: string; onChange: (v: string) => void };

/** Which of the customer's people the lead's contact is, or a new one. */
function Contact({ people, name, value, onChange }: ContactProps) {
  return (
    <Field id="convert-contact" label={t("lead.convert.contact")}>
      <select id="convert-contact" className="input" value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{name ? t("lead.convert.newContact", name) : t("lead.convert.noContact")}</option>
        {people.map((c) => (
          <option key={c.id} value={c.id}>
            {str(c.name)} {str(c.title)}
          </option>
        ))}
      </select>
    </Field>
  );
}
