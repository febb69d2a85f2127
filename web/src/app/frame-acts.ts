import { offline } from "../api/kept";
import { flush, outbox } from "../api/outbox";
import { queryClient } from "../api/query";
import { patchMe, setUser, signOut } from "../api/session";
import { currentLanguage, setLanguage, t } from "../lib/i18n";
import { ask } from "../lib/ui/dialog";
import { toastError } from "../lib/ui/toast";

export async function switchLanguage() {
  const next = currentLanguage() === "en" ? "zh" : "en";
  await setLanguage(next);
  void queryClient.invalidateQueries();
  try {
    setUser(await patchMe({ language: next }));
  } catch {} // the choice holds in this browser
}

/** What was not sent stays in this browser for its writer alone; everything else that was kept goes. */
export async function leave() {
  try {
    await flush().catch(() => {});
    const n = outbox.get().length;
    if (n > 0 && !(await ask({ title: t("outbox.leave", n), text: t("outbox.leaveText"), yes: t("signOut") }))) return;
    await signOut();
    await offline()
      .then((box) => box.forget())
      .catch(() => {});
    queryClient.clear();
    location.assign("/");
  } catch (e) {
    toastError(e);
  }
}
