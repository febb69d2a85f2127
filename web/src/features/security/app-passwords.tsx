import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type AppPassword, type AppPasswordMade, appPasswords, endAppPassword, makeAppPassword } from "../../api/security";
import { formatAgo, formatDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts } from "../../lib/ui/bits";
import { CopyButton } from "../../lib/ui/copy-button";
import { ask, Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconDeviceMobile, IconPlus } from "../../lib/ui/icons";
import { act } from "./act";
import { Box } from "./box";

/** 手机日历与通讯录: passwords by which phones fetch one's plans and contacts, and nothing else. */
export function AppPasswords() {
  const { data, error, refetch } = useQuery({ queryKey: ["app-passwords"], queryFn: appPasswords });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<AppPasswordMade>();
  return (
    <Box
      title={t("appPasswords")}
      id="app-passwords"
      text={t("appPasswords.text")}
      act={
        <button type="button" className="btn" onClick={() => setMaking(true)}>
          <IconPlus size={16} aria-hidden />
          {t("appPasswords.new")}
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
        data.length > 0 && <AppPasswordList list={data} onEnd={(p) => void end(p)} />
      )}
      {making && <NewAppPassword onClose={() => setMaking(false)} onMade={setMade} />}
      {made && <Made made={made} onClose={() => setMade(undefined)} />}
    </Box>
  );
}

async function end(p: AppPassword) {
  if (await ask({ title: t("appPasswords.endAsk", p.name), text: t("appPasswords.endText"), yes: t("appPasswords.end"), danger: true }))
    void act(() => endAppPassword(p.id), ["app-passwords"], t("appPasswords.ended"));
}

export const AppPasswordList = ({ list, onEnd }: { list: AppPassword[]; onEnd?: (p: AppPassword) => void }) => (
  <ul className="security-list">
    {list.map((p) => (
      <li key={p.id}>
        <IconDeviceMobile size={20} aria-hidden />
        <div className="grow">
          <p>
            {p.name} <code className="muted small">{p.prefix}-…</code>
          </p>
          <p className="muted small">
            {[
              t("appPasswords.since", formatDay(p.created_at?.slice(0, 10))),
              p.last_used_at ? t("security.used", formatAgo(p.last_used_at)) : t("security.neverUsed"),
              p.agent.split("/")[0],
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        {onEnd && (
          <button type="button" className="btn small" aria-label={`${t("appPasswords.end")} ${p.name}`} onClick={() => onEnd(p)}>
            {t("appPasswords.end")}
          </button>
        )}
      </li>
    ))}
  </ul>
);

function NewAppPassword({ onClose, onMade }: { onClose: () => void; onMade: (made: AppPasswordMade) => void }) {
  const make = async (form: FormData) => {
    const made = await makeAppPassword(String(form.get("name")).trim());
    void act(async () => {}, ["app-passwords"]);
    onMade(made);
  };
  return (
    <FormDialog title={t("appPasswords.new")} yes={t("appPasswords.make")} onSubmit={make} onClose={onClose}>
      {(errors) => (
        <Field id="app-password-name" label={t("appPasswords.name")} required error={errors.name}>
          <input
            id="app-password-name"
            name="name"
            className="input"
            required
            maxLength={60}
            autoComplete="off"
            placeholder={t("appPasswords.nameExample")}
          />
        </Field>
      )}
    </FormDialog>
  );
}

/** What a phone asks for, shown once. */
function Made({ made, onClose }: { made: AppPasswordMade; onClose: () => void }) {
  const rows = [
    { label: t("appPasswords.server"), value: location.origin + made.path },
    { label: t("appPasswords.login"), value: made.login },
    { label: t("appPasswords.secret"), value: made.secret },
  ];
  return (
    <Dialog
      title={t("appPasswords.made")}
      locked
      onClose={() => {}}
      footer={
        <button type="button" className="btn primary" onClick={onClose}>
          {t("appPasswords.kept")}
        </button>
      }
    >
      <div className="stack">
        <p>{t("appPasswords.once")}</p>
        <dl className="app-password">
          {rows.map((r) => (
            <div key={r.label}>
              <dt className="muted small">{r.label}</dt>
              <dd className="row totp-secret">
                <code>{r.value}</code>
                <CopyButton text={r.value} name={t("appPasswords.copy", r.label)} done={t("appPasswords.copied")} />
              </dd>
            </div>
          ))}
        </dl>
        <p className="muted small">{t("appPasswords.phone")}</p>
        <p className="muted small">{t("appPasswords.android")}</p>
        {location.protocol !== "https:" && <p className="note">{t("appPasswords.plain")}</p>}
      </div>
    </Dialog>
  );
}
