import { useQueries, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { get } from "../api/client";
import type { Code, CodeSet, FieldMeta } from "../api/types";
import { t } from "../lib/i18n";
import { Combobox, type Option } from "../lib/ui/combobox";
import { IconHierarchy2 } from "../lib/ui/icons";
import { useDebounced } from "../lib/use-debounced";
import { type FieldKind, type InputProps, list, type ManyProps, type ShowProps, str } from "./kind";

const Browse = lazy(() => import("./codes-browse"));

export const FOREVER = Number.POSITIVE_INFINITY;
export const codesOf = (set: CodeSet, query: { q?: string; parent?: string }) =>
  get<{ items: Code[] | null }>(`/codes/${set}`, { ...query, limit: query.q ? 30 : 500 }).then((a) => a.items ?? []);
const option = (c: Code): Option => ({ value: c.code, label: c.name, hint: c.path === c.name ? c.code : c.path });

/** The names of codes known by themselves alone. */
function useCodes(set: CodeSet, codes: string[]): Option[] {
  const found = useQueries({
    queries: codes.map((c) => ({ queryKey: ["code", set, c], queryFn: () => get<Code>(`/codes/${set}/${c}`), staleTime: FOREVER })),
  });
  return found.flatMap(({ data }) => (data ? [option(data)] : []));
}
function useFound(set: CodeSet) {
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState(false);
  const q = useDebounced(typed.trim(), 150);
  const { data, isFetching } = useQuery({
    queryKey: ["codes", set, q],
    queryFn: () => codesOf(set, q ? { q } : { parent: "" }),
    staleTime: FOREVER,
    enabled: wanted,
    placeholderData: (before) => before,
  });
  return { options: (data ?? []).map(option), onSearch: setTyped, onOpen: () => setWanted(true), loading: isFetching };
}

// The national standard that a field's codes are of.
const setOf = (f: FieldMeta): CodeSet => (f.type === "region" ? "gbt2260" : f.type === "industry" ? "gbt4754" : "countries");

const text: FieldKind["text"] = (v, f, rec) => rec?._text?.[f.name] ?? str(v);
const Show = ({ field, rec }: ShowProps) => <>{text(rec[field.name], field, rec)}</>;
function Input({ field, id, value, onChange, rec, invalid, describedBy, inline, onLeave }: InputProps) {
  const set = setOf(field);
  const [browsing, setBrowsing] = useState(false);
  const { options, ...rest } = useFound(set);
  const now = list(value);
  const said = rec?.[field.name] === value ? rec?._text?.[field.name] : undefined;
  const names = useCodes(set, said ? [] : now);
  const present: Option[] = now.map((v) => ({
    value: v,
    label: said ?? names.find((n) => n.value === v)?.hint ?? names.find((n) => n.value === v)?.label ?? v,
  }));
  return (
    <div className="code-input">
      <Combobox
        id={id}
        label={inline ? field.label : undefined}
        value={now}
        options={[...present, ...options.filter((o) => !now.includes(o.value))]}
        {...rest}
        clearable={!field.required}
        invalid={invalid}
        describedBy={describedBy}
        autoOpen={inline}
        onLeave={browsing ? undefined : onLeave}
        placeholder={t("code.hint")}
        onChange={([v]) => onChange(v ?? "")}
      />
      {!inline && (
        <button
          type="button"
          className="btn"
          aria-label={t("browse", field.label)}
          title={t("browse", field.label)}
          onClick={() => setBrowsing(true)}
        >
          <IconHierarchy2 size={18} aria-hidden />
        </button>
      )}
      {browsing && (
        <Suspense>
          <Browse
            set={set}
            title={field.label}
            onClose={() => setBrowsing(false)}
            onPick={(code) => {
              onChange(code);
              setBrowsing(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
function Many({ field, id, value, onChange, label }: ManyProps) {
  const set = setOf(field);
  const { options, ...rest } = useFound(set);
  const names = useCodes(set, value);
  return (
    <Combobox
      id={id}
      label={label}
      multiple
      value={value}
      options={[...names.filter((n) => !options.some((o) => o.value === n.value)), ...options]}
      {...rest}
      onChange={onChange}
      placeholder={t("code.hint")}
    />
  );
}
function Value({ field, value }: { field: FieldMeta; value: unknown }) {
  const codes = list(value);
  const names = useCodes(setOf(field), codes);
  return <>{codes.map((c) => names.find((n) => n.value === c)?.label ?? c).join(t("list.comma"))}</>;
}

/** A field whose value is a code of a national standard: found by name, pinyin or code, or looked up in its tree. */
export const codeKind = (width: number): FieldKind => ({ Show, Input, Many, Value, text, width, picks: true });
