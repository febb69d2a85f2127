import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { request, signedInAgain } from "../../api/client";
import { currentUser, setUser } from "../../api/session";
import type { Boot, Me } from "../../api/types";
import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";
import { SignInForm } from "./sign-in-form";

/** Over whatever was being done: signing in goes on where it stopped. Another user begins anew. */
export default function SignInAgain() {
  const me = currentUser();
  // The answer kept says nothing of it: somebody was signed in.
  const { data } = useQuery({ queryKey: ["ways"], queryFn: () => request<Boot>("GET", "/boot", { bare: true }) });
  const done = (user: Me) => {
    if (me && user.id !== me.id) return location.reload();
    setUser(user);
    signedInAgain();
  };
  // Single sign-on goes on in another tab.
  useEffect(() => {
    const look = () => void request<Me>("GET", "/me", { bare: true }).then(done, () => {});
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  });
  return (
    <Dialog
      title={t("session.over")}
      locked
      onClose={() => {}}
      footer={
        <button type="button" className="btn quiet" onClick={() => location.reload()}>
          {t("session.other")}
        </button>
      }
    >
      <div className="stack">
        <p className="muted">{t("session.text")}</p>
        <SignInForm login={me?.login} ways={data?.sign_in} onDone={done} />
      </div>
    </Dialog>
  );
}
