import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainAccess } from "../../api/access";
import { endToken, makeToken, myTokens, type Token } from "../../api/security";
import { currentUser } from "../../api/session";
import type { Access } from "../../api/types";
import { formatAgo, formatDay, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Chips, Failed, Field, Ghosts } from "../../lib/ui/bits";
import { CopyButton } from "../../lib/ui/copy-button";
import { ask, Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconKey, IconPlus } from "../../lib/ui/icons";
import { act } from "./act";
import { Box } from "./box";

/** API 令牌: what other programs may do in one's name, and for how long. */
export function Tokens() {
  const { data, error, refetch } = useQuery({ queryKey: ["tokens"], queryFn: myTokens });
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState("");
  return (
    <Box
      title={t("tokens")}
      id="tokens"
      text={t("tokens.text")}
      act={
        <button type="button" className="btn" onClick={() => setMaking(true)}>
          <IconPlus size={16} aria-hidden />
          {t("tokens.new")}
        </button>
      }
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="security-body">
          <Ghosts n={1} />
        </div>
      ) : (
        data.length > 0 && <TokenList list={data} onEnd={(k) => void end(k)} />
      )}
      {making && <NewToken onClose={() => setMaking(false)} onMade={setSecret} />}
      {secret && (
        <Dialog
          title={t("tokens.made")}
          locked
          onClose={() => {}}
          footer={
            <button type="button" className="btn primary" onClick={() => setSecret("")}>
              {t("tokens.kept")}
            </button>
          }
        >
          <div className="stack">
            <p>{t("tokens.once")}</p>
            <p className="row totp-secret">
              <code>{secret}</code>
              <CopyButton text={secret} name={t("tokens.copy")} done={t("tokens.copied")} />
            </p>
          </div>
        </Dialog>
      )}
    </Box>
  );
}

async function end(k: Token) {
  if (await ask({ title: t("tokens.endAsk", k.name), text: t("tokens.endText"), yes: t("tokens.end"), danger: true }))
    void act(() => endToken(k.id), ["tokens"], t("tokens.ended"));
}

/** Tokens, by what they are for; of everybody with whose they are. */
export function TokenList({ list, onEnd, whose }: { list: Token[]; onEnd?: (k: Token) => void; whose?: boolean }) {
  const modules = useModules();
  return (
    <ul className="security-list">
      {list.map((k) => (
        <li key={k.id}>
          <IconKey size={20} aria-hidden />
          <div className="grow">
            <p>
              {k.name} <code className="muted small">{k.prefix}…</code>
              {whose && <span className="muted"> · {k.user.name}</span>}
            </p>
            <p className="muted small">
              {[
                limits(k, modules),
                k.rows_per_day > 0 && t("tokens.rowsOf", formatNumber(k.rows_per_day)),
                t("tokens.until", formatDay(k.expires_at.slice(0, 10))),
                k.last_seen_at ? t("security.used", formatAgo(k.last_seen_at)) : t("security.neverUsed"),
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
          {onEnd && (
            <button type="button" className="btn small" aria-label={`${t("tokens.end")} ${k.name}`} onClick={() => onEnd(k)}>
              {t("tokens.end")}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

type Modules = Access["modules"];
/** What there is to be permitted, and what of it this user may do; undefined until it is known. */
function useModules(): Modules | undefined {
  const me = currentUser()?.id ?? "";
  return useQuery({ queryKey: ["access", me], queryFn: () => explainAccess(me) }).data?.modules;
}

/** What a token is bound to, in words. */
function limits(k: Token, modules: Modules = []): string {
  if (!k.permissions) return t("tokens.all");
  const said = Object.entries(k.permissions).map(([name, actions]) => {
    const of = modules.find((m) => m.module === name);
    const labels = (actions ?? []).map((a) => of?.actions.find((x) => x.action === a)?.label ?? a);
    return `${of?.label ?? name}${t("colon")}${labels.join(t("list.comma"))}`;
  });
  return said.join(t("access.and"));
}

const lives = ["30", "90", "365"] as const;

function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (secret: string) => void }) {
  const [days, setDays] = useState<(typeof lives)[number]>("90");
  const [narrow, setNarrow] = useState<"all" | "some">("some");
  const [chosen, setChosen] = useState<Record<string, string[]>>({ customer: ["view"] });
  const modules = useModules() ?? [];
  const toggle = (module: string, action: string, on: boolean) =>
    setChosen({ ...chosen, [module]: on ? [...(chosen[module] ?? []), action] : (chosen[module] ?? []).filter((a) => a !== action) });
  const make = async (form: FormData) => {
    const rows = Number(form.get("rows"));
    const { secret } = await makeToken({
      name: String(form.get("name")).trim(),
      days: Number(days),
      permissions: narrow === "some" ? Object.fromEntries(Object.entries(chosen).filter(([, a]) => a.length)) : undefined,
      rows_per_day: rows > 0 ? rows : undefined,
    });
    void act(async () => {}, ["tokens"]);
    onMade(secret);
  };
  const ready = narrow === "all" || Object.values(chosen).some((a) => a.length);
  return (
    <FormDialog title={t("tokens.new")} kind="drawer" yes={t("tokens.make")} ready={ready} onSubmit={make} onClose={onClose}>
      {(errors) => (
        <>
          <Field id="token-name" label={t("tokens.name")} required error={errors.name}>
            <input
              id="token-name"
              name="name"
              className="input"
              required
              maxLength={100}
              autoComplete="off"
              placeholder={t("tokens.nameExample")}
            />
          </Field>
          <Chips
            label={t("tokens.life")}
            value={days}
            options={lives.map((value) => ({ value, label: t("tokens.days", Number(value)) }))}
            onChange={setDays}
          />
          <Chips
            label={t("tokens.may")}
            value={narrow}
            options={[
              { value: "some", label: t("tokens.some") },
              { value: "all", label: t("tokens.all") },
            ]}
            onChange={setNarrow}
          />
          {narrow === "some" && (
            <div className="token-may">
              {modules
                .map((m) => ({ ...m, actions: m.actions.filter((a) => a.allowed) }))
                .filter((m) => m.actions.length > 0)
                .map((m) => (
                  <fieldset key={m.module}>
                    <legend className="label">{m.label}</legend>
                    <div className="row wrap">
                      {m.actions.map((a) => (
                        <label key={a.action} className="check">
                          <input
                            type="checkbox"
                            checked={chosen[m.module]?.includes(a.action) ?? false}
                            onChange={(e) => toggle(m.module, a.action, e.target.checked)}
                          />
                          {a.label}
                        </label>
                      ))}
                    </div>
                  </fieldset>
                ))}
              <p className="muted small">{t("tokens.someNote")}</p>
            </div>
          )}
          <Field id="token-rows" label={t("tokens.rows")} error={errors.rows_per_day} help={t("tokens.rowsHelp")}>
            <input id="token-rows" name="rows" type="number" min={0} className="input num token-rows" />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
