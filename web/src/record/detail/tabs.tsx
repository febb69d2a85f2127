import type { ReactNode } from "react";

export function Tabs<T extends string>({ tabs, value, onChange }: { tabs: [T, ReactNode][]; value: T; onChange: (v: T) => void }) {
  return (
    <div className="tabs" role="tablist">
      {tabs.map(([k, label]) => (
        <button key={k} type="button" role="tab" className="tab" aria-selected={k === value} onClick={() => onChange(k)}>
          {label}
        </button>
      ))}
    </div>
  );
}
