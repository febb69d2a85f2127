import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, expect, it } from "vitest";
import { matches, type Option } from "./combobox";
import { ComboboxBox as Combobox } from "./combobox-box";

const people: Option[] = [
  { value: "1", label: "王芳", words: "wang fang wangfang wf", hint: "上海组" },
  { value: "2", label: "李强", words: "li qiang liqiang lq" },
];
beforeAll(() => {
  HTMLElement.prototype.showPopover ??= () => {};
  HTMLElement.prototype.hidePopover ??= () => {};
});
afterEach(cleanup);

it("finds by name, pinyin, initials and hint", () => {
  const [wang] = people as [Option, Option];
  for (const q of ["", "王", "wang", "WF", "上海"]) expect(matches(wang, q)).toBe(true);
  for (const q of ["李", "ang", "lq"]) expect(matches(wang, q)).toBe(false);
});

function Held({ multiple, create }: { multiple?: boolean; create?: boolean }) {
  const [value, setValue] = useState<string[]>([]);
  return (
    <>
      <Combobox
        label="谁"
        value={value}
        options={people}
        multiple={multiple}
        clearable
        onChange={setValue}
        onCreate={create ? (x) => setValue([...value, x]) : undefined}
      />
      <output>{value.join()}</output>
    </>
  );
}
const said = () => document.querySelector("output")?.textContent;

it("chooses by the keyboard alone", async () => {
  render(<Held />);
  await userEvent.type(screen.getByRole("combobox"), "lq{Enter}");
  expect(said()).toBe("2");
  await userEvent.type(screen.getByRole("combobox"), "{Backspace}", { initialSelectionStart: 0, initialSelectionEnd: 2 });
});

it("chooses several and takes the last away", async () => {
  render(<Held multiple />);
  const box = screen.getByRole("combobox");
  await userEvent.type(box, "wf{Enter}lq{Enter}");
  expect(said()).toBe("1,2");
  await userEvent.type(box, "{Backspace}");
  expect(said()).toBe("1");
});

it("adds what is not there where that is allowed", async () => {
  render(<Held create />);
  await userEvent.type(screen.getByRole("combobox"), "抖音{Enter}");
  expect(said()).toBe("抖音");
});
