import { signedInAgain } from "../../api/client";
import { currentUser, setUser } from "../../api/session";
import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";
import { SignInForm } from "./sign-in-form";

/** Over whatever was being done: signing in goes on where it stopped. Another user begins anew. */
export default function SignInAgain() {
  const me = currentUser();
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
        <SignInForm
          login={me?.login}
          onDone={(user) => {
            if (me && user.id !== me.id) return location.reload();
            setUser(user);
            signedInAgain();
          }}
        />
      </div>
    </Dialog>
  );
}
