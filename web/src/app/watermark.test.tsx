import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { queryClient } from "../api/query";
import { bootQuery } from "../api/session";
import type { Boot } from "../api/types";
import { markOf, Watermark } from "./watermark";

afterEach(cleanup);

const boot = (watermark: boolean, name = "王芳") => ({ watermark, user: { id: "1", name, login: "wang" } }) as unknown as Boot;
const shown = (b: Boot) => {
  queryClient.setQueryData(bootQuery.queryKey, b);
  return render(
    <QueryClientProvider client={queryClient}>
      <Watermark />
    </QueryClientProvider>,
  ).container.querySelector<HTMLElement>(".watermark");
};

it("bears the reader's name and the time, and says nothing to those who listen to the page", () => {
  const mark = shown(boot(true));
  const picture = decodeURIComponent(mark?.style.backgroundImage ?? "");
  expect(picture).toMatch(/王芳 wang .*\d\d:\d\d</);
  expect(mark?.getAttribute("aria-hidden")).toBe("true");
  expect(mark?.textContent).toBe("");
});

it("is not there where the company does not want it", () => {
  expect(shown(boot(false))).toBeNull();
  expect(shown({ ...boot(true), user: null } as Boot)).toBeNull();
});

it("takes a name for text", () => {
  expect(decodeURIComponent(markOf(`</text><script>"'&`))).not.toMatch(/<script|"'&/);
});
