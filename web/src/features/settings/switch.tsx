import { useState } from "react";

type Props = { label: string; on: boolean; disabled?: boolean; onChange: (on: boolean) => unknown };

/** A checkbox that looks like what it does: on or off, at once, also while what onChange promises is on its way. */
export function Switch({ label, on, disabled, onChange }: Props) {
  const [wanted, setWanted] = useState<boolean>();
  const change = async (next: boolean) => {
    setWanted(next);
    await onChange(next);
    setWanted(undefined);
  };
  return (
    <label className="toggle">
      <input
        type="checkbox"
        aria-label={label}
        checked={wanted ?? on}
        disabled={disabled || wanted !== undefined}
        onChange={(e) => void change(e.target.checked)}
      />
    </label>
  );
}
