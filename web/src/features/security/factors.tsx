import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Passkey, removePasskey, removeTOTP, renamePasskey, renewRecovery, type Security } from "../../api/security";
import { bootQuery } from "../../api/session";
import { formatAgo, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { passkeysWork } from "../../lib/passkey";
import { Badge, Field } from "../../lib/ui/bits";
import { ask, Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconDeviceMobile, IconDots, IconFingerprint, IconKey, IconPencil, IconPlus, IconShieldLock, IconTrash } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toastError } from "../../lib/ui/toast";
import { act } from "./act";
import { Box } from "./box";
import { addOwnPasskey } from "./own-passkey";
import { RecoveryCodes } from "./recovery-codes";
import { TotpSetup } from "./totp-setup";

type Open = { what: "totp" } | { what: "passkey" } | { what: "rename"; key: Passkey } | { what: "codes"; codes: string[] };

/** 两步验证: the authenticator, the passkeys and the recovery codes, each to be added and removed. */
export function Factors({ security }: { security: Security }) {
  const [open, setOpen] = useState<Open>();
  const boot = useQuery(bootQuery).data;
  const on = !!security.totp || security.passkeys.length > 0;
  const close = () => setOpen(undefined);
  const codes = (list: string[]) => setOpen(list.length ? { what: "codes", codes: list } : undefined);
  const renew = async () => {
    if (!(await ask({ title: t("recovery.renewAsk"), text: t("recovery.renewText"), yes: t("recovery.renew") }))) return;
    try {
      codes(await renewRecovery());
    } catch (e) {
      toastError(e);
    }
  };
  const removeApp = async () => {
    if (await ask({ title: t("totp.removeAsk"), text: t("totp.removeText"), yes: t("security.remove"), danger: true }))
      void act(removeTOTP, ["security"], t("totp.removed"));
  };
  const removeKey = async (k: Passkey) => {
    if (await ask({ title: t("passkey.removeAsk", k.name), text: t("passkey.removeText"), yes: t("security.remove"), danger: true }))
      void act(() => removePasskey(k.id), ["security"], t("passkey.removed"));
  };
  return (
    <Box
      title={t("factor.title")}
      id="factors"
      text={t("factor.text")}
      act={<Badge color={on ? "green" : security.required ? "red" : "gray"}>{on ? t("factor.on") : t("factor.off")}</Badge>}
    >
      {security.required && !on && <p className="note security-note">{t("factor.required")}</p>}
      <ul className="security-list">
        <li>
          <IconDeviceMobile size={20} aria-hidden />
          <div className="grow">
            <p>{t("totp")}</p>
            <p className="muted small">{security.totp ? t("totp.since", formatExact(security.totp)) : t("totp.text")}</p>
          </div>
          {security.totp ? (
            <button
              type="button"
              className="btn small"
              aria-label={`${t("security.remove")} ${t("totp")}`}
              onClick={() => void removeApp()}
            >
              {t("security.remove")}
            </button>
          ) : (
            <button type="button" className="btn small" onClick={() => setOpen({ what: "totp" })}>
              {t("totp.add")}
            </button>
          )}
        </li>
        {security.passkeys.map((k) => (
          <li key={k.id}>
            <IconFingerprint size={20} aria-hidden />
            <div className="grow">
              <p>{k.name}</p>
              <p className="muted small">{k.last_used_at ? t("security.used", formatAgo(k.last_used_at)) : t("security.neverUsed")}</p>
            </div>
            <Popover menu side="end" name={t("more.of", k.name)} className="icon-btn" label={<IconDots size={18} aria-hidden />}>
              {() => (
                <>
                  <MenuItem icon={<IconPencil size={16} />} onClick={() => setOpen({ what: "rename", key: k })}>
                    {t("passkey.rename")}
                  </MenuItem>
                  <MenuItem icon={<IconTrash size={16} />} danger onClick={() => void removeKey(k)}>
                    {t("security.remove")}
                  </MenuItem>
                </>
              )}
            </Popover>
          </li>
        ))}
        <li>
          <IconKey size={20} aria-hidden />
          <div className="grow">
            <p>{t("passkey")}</p>
            <p className="muted small">{passkeysWork() ? t("passkey.text") : t("passkey.notHere")}</p>
          </div>
          {passkeysWork() && boot?.user && (
            <button type="button" className="btn small" onClick={() => setOpen({ what: "passkey" })}>
              <IconPlus size={15} aria-hidden />
              {t("passkey.add")}
            </button>
          )}
        </li>
        {on && (
          <li>
            <IconShieldLock size={20} aria-hidden />
            <div className="grow">
              <p>{t("recovery")}</p>
              <p className={security.recovery < 3 ? "small late" : "muted small"}>{t("recovery.left", security.recovery)}</p>
            </div>
            <button type="button" className="btn small" onClick={() => void renew()}>
              {t("recovery.renew")}
            </button>
          </li>
        )}
      </ul>
      {security.identities.length > 0 && (
        <p className="muted small security-foot">
          {t("sso.linked", security.identities.map((i) => i.email || i.subject).join(t("list.comma")))}
        </p>
      )}
      {open?.what === "totp" && (
        <Dialog title={t("totp.add")} onClose={close}>
          <TotpSetup
            onDone={(list) => {
              void act(async () => {}, ["security"], t("totp.added"));
              codes(list);
            }}
          />
        </Dialog>
      )}
      {open?.what === "passkey" && <PasskeyDialog onClose={close} onCodes={codes} />}
      {open?.what === "rename" && <RenameDialog passkey={open.key} onClose={close} />}
      {open?.what === "codes" && (
        <Dialog title={t("recovery")} locked onClose={close}>
          <RecoveryCodes
            codes={open.codes}
            onKept={() => {
              void act(async () => {}, ["security"]);
              close();
            }}
          />
        </Dialog>
      )}
    </Box>
  );
}

function PasskeyDialog({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: string[]) => void }) {
  const add = async (form: FormData) => {
    const made = await addOwnPasskey(String(form.get("name")).trim());
    if (!made) return false;
    void act(async () => {}, ["security"], t("passkey.added"));
    if (!made.codes.length) return;
    onCodes(made.codes); // takes the place of this dialog
    return false;
  };
  return (
    <FormDialog title={t("passkey.add")} yes={t("next")} onSubmit={add} onClose={onClose}>
      {(errors) => (
        <>
          <p className="muted">{t("passkey.addText")}</p>
          <NameField error={errors.name} />
        </>
      )}
    </FormDialog>
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const save = async (form: FormData) => {
    await renamePasskey(passkey.id, String(form.get("name")).trim());
    void act(async () => {}, ["security"]);
  };
  return (
    <FormDialog title={t("passkey.rename")} onSubmit={save} onClose={onClose}>
      {(errors) => <NameField error={errors.name} now={passkey.name} />}
    </FormDialog>
  );
}

const NameField = ({ error, now }: { error?: string; now?: string }) => (
  <Field id="passkey-name" label={t("passkey.name")} required error={error} help={t("passkey.nameHelp")}>
    <input id="passkey-name" name="name" className="input" maxLength={100} required autoComplete="off" defaultValue={now} data-autofocus />
  </Field>
);
