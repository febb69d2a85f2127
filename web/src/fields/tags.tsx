import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listRecords } from "../api/records";
import type { FieldMeta } from "../api/types";
import { t } from "../lib/i18n";
import { Badge } from "../lib/ui/bits";
import { Combobox, type Option } from "../lib/ui/combobox";
import { entityByName, useMeta } from "../meta/meta";
import { choiceText } from "./choice";
import { type FieldKind, type InputProps, list, type ManyProps, type ShowProps, str } from "./kind";

/** The tags in use with their colours: those the field names, else the records of the entity "tag". */
function useTags(field: FieldMeta): Option[] {
  const tag = entityByName(useMeta(), "tag");
  const asked = !field.choices?.length && !!tag;
  const { data } = useQuery({
    queryKey: ["tags"],
    queryFn: () => listRecords(tag?.path ?? "tags", { fields: ["name", "color"], limit: 200 }),
    enabled: asked,
    staleTime: 5 * 60_000,
  });
  if (!asked) return (field.choices ?? []).map((c) => ({ value: c.value, label: c.label, color: c.color }));
  return (data?.items ?? []).map((r) => ({ value: str(r.name), label: str(r.name), color: str(r.color) || "gray" }));
}

function Show({ field, rec }: ShowProps) {
  const names = list(rec[field.name]);
  const known = useTags(field);
  if (!names.length) return null;
  return (
    <span className="badges">
      {names.map((n) => {
        const tag = known.find((o) => o.value === n);
        return (
          <Badge key={n} color={tag?.color}>
            {tag?.label ?? n}
          </Badge>
        );
      })}
    </span>
  );
}

function Input({ field, id, value, onChange, invalid, describedBy, inline, onLeave }: InputProps) {
  const known = useTags(field);
  const [made, setMade] = useState<Option[]>([]);
  const now = list(value);
  return (
    <Combobox
      id={id}
      label={inline ? field.label : undefined}
      multiple
      value={now}
      options={[...known, ...made]}
      invalid={invalid}
      describedBy={describedBy}
      autoOpen={inline}
      onLeave={onLeave}
      onChange={onChange}
      onCreate={(name) => {
        setMade([...made, { value: name, label: name }]);
        onChange([...now, name]);
      }}
    />
  );
}
function Many({ field, id, value, onChange, label }: ManyProps) {
  return <Combobox id={id} label={label} multiple value={value} options={useTags(field)} onChange={onChange} placeholder={t("choose")} />;
}
export const tags: FieldKind = { Show, Input, Many, text: choiceText, width: 180 };
