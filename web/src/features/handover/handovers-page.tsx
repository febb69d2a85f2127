import { Ghosts } from "../../lib/ui/bits";

export default function Page() {
  return <Ghosts n={6} />;
}
