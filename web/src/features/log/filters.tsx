import type { LogFilter } from "../../api/log";
import { addDays, today } from "../../lib/dates";
import { t } from "../../lib/i18n";
import { Combobox } from "../../lib/ui/combobox";
import { IconChevronDown, IconX } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { useUserOptions } from "../../meta/directory";
import { useMeta } from "../../meta/meta";
import { resultSaid, results } from "../../record/sign-ins";
import type { LogSearch } from "./log-search";
import { actionSaid, actions, originSaid, origins } from "./words";

type Props = { search: LogSearch; go: (patch: Partial<LogSearch>) => void };
type Option = { value: string; label: string };

/** What the log is narrowed by: when, who, what, of what, through what; and what a link has narrowed it to. */
export function Filters({ search, go }: Props) {
  const { tab } = search;
  const kinds = useKinds(tab);
  const set = (name: keyof LogFilter) => (value?: string) => go({ [name]: value });
  return (
    <div className="logs-filters" role="group" aria-label={t("filter")}>
      <Days search={search} go={go} />
      <Who value={search.user} onChange={set("user")} />
      {tab !== "sign-ins" && <Pick label={t("logs.whose")} value={search.entity} options={kinds} onChange={set("entity")} />}
      {!tab && (
        <Pick
          label={t("logs.what")}
          value={search.action}
          options={Object.keys(actions).map((value) => ({ value, label: actionSaid(value) }))}
          onChange={set("action")}
        />
      )}
      {tab === "sign-ins" && (
        <Pick
          label={t("signIn.result")}
          value={search.action}
          options={results.map((value) => ({ value, label: resultSaid(value) }))}
          onChange={set("action")}
        />
      )}
      {tab !== "sign-ins" && (
        <Pick
          label={t("logs.door")}
          value={search.origin}
          options={origins.map((value) => ({ value, label: originSaid(value) }))}
          onChange={set("origin")}
        />
      )}
      {search.record && <Chip label={t("logs.onlyRecord")} onRemove={() => go({ record: undefined })} />}
      {search.batch && <Chip label={t("logs.onlyBatch")} onRemove={() => go({ batch: undefined })} />}
    </div>
  );
}

/** What there are entries about. */
function useKinds(tab: LogSearch["tab"]): Option[] {
  const entities = useMeta()?.entities ?? [];
  const others = [
    { value: "setting", label: t("logs.setting") },
    { value: "field", label: t("logs.field") },
  ];
  if (tab === "settings") return [...others, ...entities.filter((e) => e.name === "role").map(named)];
  const log = { value: "log", label: t("logs.log") };
  if (tab === "exports") return [...entities.filter((e) => !e.internal).map(named), log];
  return [...entities.map(named), ...others, log];
}
const named = (e: { name: string; label: string }): Option => ({ value: e.name, label: e.label });

const Shown = ({ label, value }: { label: string; value?: string }) => (
  <>
    {value ? <b className="one-line">{value}</b> : label}
    <IconChevronDown size={15} aria-hidden />
  </>
);

/** One of several, or any. */
function Pick({ label, value, options, onChange }: { label: string; value?: string; options: Option[]; onChange: (v?: string) => void }) {
  const now = options.find((o) => o.value === value);
  return (
    <Popover
      menu
      popName={label}
      className={value ? "btn on logs-pick" : "btn logs-pick"}
      label={<Shown label={label} value={now?.label ?? value} />}
    >
      {() => (
        <>
          <MenuItem checked={!value} onClick={() => onChange(undefined)}>
            {t("all")}
          </MenuItem>
          {options.map((o) => (
            <MenuItem key={o.value} checked={o.value === value} onClick={() => onChange(o.value)}>
              {o.label}
            </MenuItem>
          ))}
        </>
      )}
    </Popover>
  );
}

function Who({ value, onChange }: { value?: string; onChange: (v?: string) => void }) {
  const people = useUserOptions(true);
  return (
    <Popover
      popName={t("logs.who")}
      popClass="logs-pop"
      className={value ? "btn on logs-pick" : "btn logs-pick"}
      label={<Shown label={t("logs.who")} value={people.find((o) => o.value === value)?.label ?? value} />}
    >
      {(close) => (
        <Combobox
          label={t("logs.who")}
          value={value ? [value] : []}
          options={people}
          placeholder={t("logs.who")}
          clearable
          autoOpen
          onChange={([v]) => {
            onChange(v);
            close();
          }}
        />
      )}
    </Popover>
  );
}

const spans = [1, 7, 30, 90];

/** From when to when, by its usual lengths or by two days. */
function Days({ search: { from, to }, go }: Props) {
  const since = (n: number) => addDays(today(), 1 - n);
  const span = to ? undefined : spans.find((n) => from === since(n));
  const value =
    span === 1 ? t("day.today") : span ? t("logs.last", span) : from || to ? [from, to].map((d) => d ?? "").join(" – ") : undefined;
  return (
    <Popover
      popName={t("logs.when")}
      popClass="logs-pop"
      className={value ? "btn on logs-pick" : "btn logs-pick"}
      label={<Shown label={t("logs.when")} value={value} />}
    >
      {(close) => (
        <div className="stack">
          <div className="row wrap">
            <button
              type="button"
              className={value ? "btn small" : "btn small on"}
              onClick={() => {
                go({ from: undefined, to: undefined });
                close();
              }}
            >
              {t("logs.anyTime")}
            </button>
            {spans.map((n) => (
              <button
                key={n}
                type="button"
                className={n === span ? "btn small on" : "btn small"}
                onClick={() => {
                  go({ from: since(n), to: undefined });
                  close();
                }}
              >
                {n === 1 ? t("day.today") : t("logs.last", n)}
              </button>
            ))}
          </div>
          <div className="logs-days">
            {(["from", "to"] as const).map((name) => (
              <label key={name} className="field">
                <span className="label">{t(`logs.${name}`)}</span>
                <input
                  type="date"
                  className="input"
                  value={{ from, to }[name] ?? ""}
                  onChange={(e) => go({ [name]: e.target.value || undefined })}
                />
              </label>
            ))}
          </div>
        </div>
      )}
    </Popover>
  );
}

const Chip = ({ label, onRemove }: { label: string; onRemove: () => void }) => (
  <span className="logs-chip">
    {label}
    <button type="button" aria-label={t("remove", label)} onClick={onRemove}>
      <IconX size={14} aria-hidden />
    </button>
  </span>
);
