import { t } from "./i18n";

/** Whether this browser can be asked for passkeys; it also refuses them at addresses without HTTPS. */
export const passkeysWork = () =>
  typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential && !!navigator.credentials;

/** Asks the browser for a passkey under the server's options; undefined when the person did not want to. */
export async function askPasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  return given(() => navigator.credentials.get({ publicKey }));
}

/** Lets the browser make a passkey under the server's options; undefined when the person did not want to. */
export async function makePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  return given(() => navigator.credentials.create({ publicKey }));
}

async function given(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await ask()) as PublicKeyCredential | null)?.toJSON();
  } catch (e) {
    // What browsers throw when somebody closes their window, or has no key that fits.
    if (e instanceof DOMException && (e.name === "NotAllowedError" || e.name === "AbortError")) return undefined;
    if (e instanceof DOMException && e.name === "SecurityError") throw new Error(t("passkey.notHere"));
    throw e;
  }
}
