type Props = { label: string; on: boolean; disabled?: boolean; onChange: (on: boolean) => void };

/** A checkbox that looks like what it does: on or off, at once. */
export const Switch = ({ label, on, disabled, onChange }: Props) => (
  <label className="toggle">
    <input type="checkbox" aria-label={label} checked={on} disabled={disabled} onChange={(e) => onChange(e.target.checked)} />
  </label>
);
