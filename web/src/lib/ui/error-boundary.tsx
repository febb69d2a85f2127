import { Component, type ReactNode } from "react";
import { t } from "../i18n";

/** Keeps a fault in one part from taking the page with it, and says what happened. */
export class ErrorBoundary extends Component<{ children: ReactNode; resetKey?: unknown }, { error?: Error }> {
  state: { error?: Error } = {};
  static getDerivedStateFromError = (error: Error) => ({ error });
  componentDidUpdate(before: { resetKey?: unknown }) {
    if (this.state.error && before.resetKey !== this.props.resetKey) this.setState({ error: undefined });
  }
  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="empty" role="alert">
        <p className="empty-title">{t("error.page")}</p>
        <p className="muted">{error.message}</p>
        <div className="empty-acts">
          <button type="button" className="btn primary" onClick={() => location.reload()}>
            {t("reload")}
          </button>
        </div>
      </div>
    );
  }
}
