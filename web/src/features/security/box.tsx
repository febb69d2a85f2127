import type { ReactNode } from "react";

type Props = { title: string; id: string; text?: string; act?: ReactNode; children?: ReactNode };

/** A part of a page about security: what it is, what can be done, and what there is. */
export const Box = ({ title, id, text, act, children }: Props) => (
  <section className="box security-box" aria-labelledby={id}>
    <div className="security-head">
      <div className="grow">
        <h2 id={id}>{title}</h2>
        {text && <p className="muted small">{text}</p>}
      </div>
      {act}
    </div>
    {children}
  </section>
);
