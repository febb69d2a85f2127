import { useId, useState } from "react";
import { t } from "../i18n";
import { strength } from "../password";
import { Field } from "./bits";
import { IconEye, IconEyeOff } from "./icons";
import "./password-field.css";

type Props = { name: string; label: string; error?: string; help?: string; fresh?: boolean; autoFocus?: boolean };

/** A password, which can be looked at; a fresh one shows how strong it is. */
export function PasswordField({ name, label, error, help, fresh, autoFocus }: Props) {
  const id = useId();
  const [seen, setSeen] = useState(false);
  const [value, setValue] = useState("");
  const level = strength(value);
  return (
    <Field id={id} label={label} required error={error} help={help}>
      <div className="password">
        <input
          id={id}
          name={name}
          className={error ? "input bad" : "input"}
          type={seen ? "text" : "password"}
          autoComplete={fresh ? "new-password" : "current-password"}
          required
          data-autofocus={autoFocus || undefined}
          aria-invalid={!!error || undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          value={value}
          onChange={(e) => setValue(e.target.value)}
        />
        <button
          type="button"
          className="icon-btn"
          aria-label={seen ? t("password.hide") : t("password.show")}
          aria-pressed={seen}
          onClick={() => setSeen(!seen)}
        >
          {seen ? <IconEyeOff size={18} aria-hidden /> : <IconEye size={18} aria-hidden />}
        </button>
      </div>
      {fresh && value && (
        <div className={`strength s${level}`} role="status">
          <i />
          <i />
          <i />
          <i />
          <span>{t(`password.${level}`)}</span>
        </div>
      )}
    </Field>
  );
}
