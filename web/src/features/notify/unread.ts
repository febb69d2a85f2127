import { markRead, type Note } from "../../api/notes";
import { queryClient } from "../../api/query";
import { Store } from "../../lib/store";
import { toastError } from "../../lib/ui/toast";

/** How many notes the user has not read, as the server last said. */
export const unread = new Store(0);

/** The number as it stands on the bell. */
export const countText = (n: number) => (n > 99 ? "99+" : String(n));

/** Marks a note as read, at once on the screen. */
export function read(n: Note) {
  if (n.read_at) return;
  unread.set(Math.max(0, unread.get() - 1));
  markRead([n.id])
    .then(() => queryClient.invalidateQueries({ queryKey: ["notes"] }))
    .catch(toastError);
}
