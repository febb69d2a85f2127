import { t } from "../lib/i18n";
import { Combobox } from "../lib/ui/combobox";
import { useUserOptions } from "./directory";

type Props = {
  label?: string;
  value?: string;
  /** Whom it is with already, who is not offered. */
  besides?: string;
  waits?: boolean;
  onPick: (to: { id: string; name: string }) => void;
};

/** To whom something goes: one of those who work here. It opens at once, unless it waits to be asked. */
export function PickPerson({ label = t("assign.to"), value, besides, waits, onPick }: Props) {
  const people = useUserOptions().filter((o) => o.value !== besides);
  return (
    <Combobox
      label={label}
      placeholder={t("assign.to")}
      value={value ? [value] : []}
      options={people}
      autoOpen={!waits}
      onChange={([id]) => {
        const to = people.find((o) => o.value === id);
        if (to) onPick({ id: to.value, name: to.label });
      }}
    />
  );
}
