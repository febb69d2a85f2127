import { queryOptions } from "@tanstack/react-query";
import { BASE, get, post, request } from "./client";
import type { components } from "./schema.gen";
import type { Entered } from "./session";

type S = components["schemas"];
type Instant = string | null;

/** What a browser needs to ask for a passkey, or to make one. */
type Ceremony = { ceremony: string; options: unknown };
type Credential = { ceremony: string; credential: unknown };
/** How a user signs in. An instant is null where there is none. */
export type Security = Omit<S["Security"], "totp" | "passkeys" | "identities" | "confirmed_until" | "confirm"> & {
  totp: Instant;
  passkeys: Passkey[];
  identities: (Omit<S["IdentityItem"], "last_used_at"> & { last_used_at: Instant })[];
  confirmed_until: Instant;
  confirm: ("password" | "totp" | "passkey" | "oidc")[];
};
export type Passkey = Omit<S["PasskeyItem"], "last_used_at"> & { last_used_at: Instant };
export type UserSession = S["SessionItem"];
export type UserSecurity = Security & { sessions: UserSession[] };
export type Token = S["TokenItem"];
export type NewToken = S["NewToken"];
export type SignInEntry = S["SignInItem"];
export type SignInFilter = {
  user?: string;
  login?: string;
  result?: string;
  method?: string;
  address?: string;
  from?: string;
  until?: string;
};
export type SecuritySettings = S["SecuritySettings"];
export type MailSettings = S["MailSettings"];
export type SSOSettings = S["SSOSettings"];
export type PasswordLink = S["PasswordLink"];

const entered = <T = Entered>(path: string, body: unknown) => request<T>("POST", path, { body, bare: true });
export const showFactor = (method: "totp" | "recovery", code: string) => entered("/session/factor", { method, code });
export const passkeyOptions = () => entered<Ceremony>("/session/passkey/options", {});
export const signInByPasskey = (c: Credential) => entered("/session/passkey", c);
export const ssoAddress = (next: string, purpose?: "confirm") =>
  `${BASE}/session/oidc?${new URLSearchParams({ next, ...(purpose ? { purpose } : {}) })}`;
export const forgot = (login: string) => entered<void>("/password/forgot", { login });
export const linkOf = (secret: string) => entered<S["LinkInfo"]>("/password/link", { secret });
export const setByLink = (secret: string, password: string) => entered<void>("/password/set", { secret, password });

export const confirmBy = (method: "password" | "totp", secret: string) => entered<{ until: string }>("/me/confirm", { method, secret });
export const confirmOptions = () => entered<Ceremony>("/me/confirm/passkey/options", {});
export const confirmByPasskey = (c: Credential) => entered<{ until: string }>("/me/confirm/passkey", c);

export const securityQuery = queryOptions({ queryKey: ["security", "me"], queryFn: () => get<Security>("/me/security") });
export const beginTOTP = () => post<S["NewTOTP"]>("/me/totp");
export const confirmTOTP = async (code: string) => (await post<S["RecoveryCodes"]>("/me/totp/confirm", { code })).codes;
export const removeTOTP = () => request<void>("DELETE", "/me/totp");
export const renewRecovery = async () => (await post<S["RecoveryCodes"]>("/me/recovery")).codes;
export const newPasskeyOptions = () => post<Ceremony>("/me/passkeys/options");
export const addPasskey = (c: Credential, name: string) => post<S["AddedPasskey"]>("/me/passkeys", { ...c, name });
export const renamePasskey = (id: string, name: string) => request<void>("PATCH", `/me/passkeys/${id}`, { body: { name } });
export const removePasskey = (id: string) => request<void>("DELETE", `/me/passkeys/${id}`);
export const endOtherSessions = () => request<{ ended: number }>("DELETE", "/me/sessions");

export const myTokens = async () => (await get<{ items: Token[] }>("/me/tokens")).items;
export const makeToken = (v: NewToken) => post<S["TokenMade"]>("/me/tokens", v);
export const endToken = (id: string) => request<void>("DELETE", `/me/tokens/${id}`);

export type AppPassword = S["AppPasswordItem"];
export type AppPasswordMade = S["AppPasswordMade"];
export const appPasswords = async () => (await get<{ items: AppPassword[] }>("/me/app-passwords")).items;
export const makeAppPassword = (name: string) => post<AppPasswordMade>("/me/app-passwords", { name });
export const endAppPassword = (id: string) => request<void>("DELETE", `/me/app-passwords/${id}`);
export const userAppPasswords = async (user: string) => (await get<{ items: AppPassword[] }>(`/users/${user}/app-passwords`)).items;
export const endUserAppPassword = (user: string, id: string) => request<void>("DELETE", `/users/${user}/app-passwords/${id}`);

export const allTokens = async () => (await get<{ items: Token[] }>("/tokens")).items;
export const endAnyToken = (id: string) => request<void>("DELETE", `/tokens/${id}`);

type SignInPage = { items: SignInEntry[]; next: string };
export const signIns = (f: SignInFilter, cursor?: string) => get<SignInPage>("/sign-ins", { ...f, cursor });
export const mySignIns = (f: SignInFilter, cursor?: string) => get<SignInPage>("/me/sign-ins", { ...f, cursor });

export const userSecurity = (id: string) => get<UserSecurity>(`/users/${id}/security`);
export const endUserSessions = (id: string) => request<{ ended: number }>("DELETE", `/users/${id}/sessions`);
export const endUserSession = (id: string, session: string) => request<void>("DELETE", `/users/${id}/sessions/${session}`);
export const resetFactors = (id: string) => request<void>("DELETE", `/users/${id}/factors`);
export const makeLink = (id: string, hand_over: boolean) => post<PasswordLink>(`/users/${id}/link`, { hand_over });
export const unlinkIdentity = (id: string, identity: string) => request<void>("DELETE", `/users/${id}/identities/${identity}`);

export const securitySettingsQuery = queryOptions({ queryKey: ["security"], queryFn: () => get<SecuritySettings>("/security") });
export const putMail = (v: MailSettings) => request<SecuritySettings>("PUT", "/security/mail", { body: v });
export const removeMail = () => request<void>("DELETE", "/security/mail");
export const testMail = (to: string) => post<void>("/security/mail/test", { to });
export const putSSO = (v: SSOSettings) => request<SecuritySettings>("PUT", "/security/sso", { body: v });
export const removeSSO = () => request<void>("DELETE", "/security/sso");
export const testSSO = () => post<void>("/security/sso/test");
