import { type SignInFilter, signIns } from "../../api/security";
import { addDays, instantAt } from "../../lib/dates";
import { SignIns as List } from "../../record/sign-ins";
import type { LogSearch } from "./log-search";

/** 登录日志: who signed in or tried to. */
export function SignIns({ search: { from, to, user, action } }: { search: LogSearch }) {
  const filter: SignInFilter = {
    user,
    result: action,
    from: from && instantAt(from, 0),
    until: to && instantAt(addDays(to, 1), 0),
  };
  return <List queryKey={[filter]} fetch={(cursor) => signIns(filter, cursor)} />;
}
