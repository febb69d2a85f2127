import type { ReactNode } from "react";
import "./settings.css";

/** The parts of a settings page, one below the other. */
export const SettingsFrame = ({ children }: { children: ReactNode }) => <div className="settings">{children}</div>;

/** A part of a settings page. */
export const Box = ({ title, id, children }: { title: string; id: string; children: ReactNode }) => (
  <section className="box" aria-labelledby={id}>
    <div className="box-head">
      <h2 id={id}>{title}</h2>
    </div>
    <div className="settings-body">{children}</div>
  </section>
);
