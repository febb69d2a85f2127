import { api, expect, test } from "./base";

/** The server spells the first requests of these screens as the page does (web/screens.go): the page has none to send. */
test("the first screens show without asking", async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto("/");
  const one = async (path: string) => (await api<{ items: { id: string }[] }>(page, "GET", `/${path}?limit=1`)).items[0]?.id;
  const screens = {
    "/": ".todo-row, .empty",
    "/todo?scope=team": ".todo-row",
    "/customers": "tbody tr, .card",
    "/customers?view=mine": "tbody tr, .card, .empty",
    [`/customers?f=${encodeURIComponent(`{"field":"stage","op":"in","value":["won"]}`)}&sort=name`]: "tbody tr, .card, .empty",
    [`/customers/${await one("customers")}`]: ".timeline li",
    "/leads": "tbody tr, .card",
    [`/leads/${await one("leads")}`]: ".timeline li",
    "/review": ".review-card",
    "/contacts": "tbody tr, .card",
    [`/contacts/${await one("contacts")}`]: ".facts",
    "/followups": "tbody tr, .card",
    "/settings/company": "form",
  };
  const asked: string[] = [];
  // What a list fetches ahead comes later, and so do the notes, comments, what waits for a review, and the cards further down on the workbench.
  const later = /cursor=|v1\/(events|comments|calendar|timeliness|leads\/count)|"last_followup_at"|"next_followup_at","op":"empty"/;
  page.on("request", (r) => {
    const url = decodeURIComponent(r.url());
    if (url.includes("/api/") && !later.test(url)) asked.push(url);
  });
  for (const [address, shown] of Object.entries(screens)) {
    // On a busy machine an answer may come too late to be brought along.
    await expect(async () => {
      asked.length = 0;
      await page.goto(address);
      await expect(page.locator(shown).first()).toBeVisible();
      await page.waitForTimeout(300);
      expect(asked, address).toEqual([]);
    }).toPass({ intervals: [500], timeout: 20_000 });
  }
});
