import { queryClient } from "../../api/query";
import { toast, toastError } from "../../lib/ui/toast";

/** Does it, shows anew what it is about, and says so; whether it was done. */
export async function act(what: () => Promise<unknown>, again: string[], said?: string): Promise<boolean> {
  try {
    await what();
    for (const key of again) void queryClient.invalidateQueries({ queryKey: [key] });
    if (said) toast(said);
    return true;
  } catch (e) {
    toastError(e);
    return false;
  }
}
