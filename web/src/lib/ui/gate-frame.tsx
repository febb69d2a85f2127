import type { ReactNode } from "react";
import { currentLanguage, setLanguage, t } from "../i18n";
import { IconLanguage } from "./icons";
import { Toasts } from "./toast";
import "./gate-frame.css";

/** The frame of the pages before one is in. */
export function GateFrame({ title, text, wide, children }: { title: string; text?: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className="gate">
      <button
        type="button"
        className="btn quiet gate-lang"
        lang={currentLanguage() === "en" ? "zh-CN" : "en"}
        onClick={() => void setLanguage(currentLanguage() === "en" ? "zh" : "en")}
      >
        <IconLanguage size={18} aria-hidden />
        {t("language.other")}
      </button>
      <main className={wide ? "gate-box wide" : "gate-box"}>
        <header className="gate-head">
          <img src="/icon.svg" alt="" width={44} height={44} />
          <h1>{title}</h1>
          {text && <p className="muted">{text}</p>}
        </header>
        {children}
      </main>
      <Toasts />
    </div>
  );
}
