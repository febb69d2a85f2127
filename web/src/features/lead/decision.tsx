import { steps } from "./queue";

/** Who decides, in order, drawn as steps. */
export function Decision({ text }: { text: string }) {
  return (
    <ol className="chain">
      {steps(text).map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same step may stand twice
        <li key={i}>
          <i className="num" aria-hidden>
            {i + 1}
          </i>
          {s}
        </li>
      ))}
    </ol>
  );
}
