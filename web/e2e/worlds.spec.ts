import { api, barriers, expect, type Page, password, signedIn, test } from "./base";

// Everybody sees their own world: the places they may go to, the customers in their reach, and what they may do with them.

type User = { id: string; name: string; department_id: string };
type World = {
  login: string;
  /** Whose customers are in sight. */
  sees: "own" | "team" | "all";
  masked?: boolean;
  places: string[];
  settings: string[];
  /** What can be made with the button or the sheet of new things. */
  makes: string[];
  exports?: boolean;
  /** What the menu of a customer in reach offers. */
  does: string[];
  changes: boolean;
};

const daily = ["工作台", "待办", "日历", "工作日志"];
const lists = ["线索", "客户", "联系人", "跟进记录", "公海"];
/** What stands in the phone's bar itself. */
const inBar = ["工作台", "待办", "客户"];
const mine = ["我的账号", "登录与安全", "提醒"];
const worlds: Record<string, World> = {
  "a sales representative": {
    login: "huangsiqi",
    sees: "own",
    places: [...daily, ...lists, "报表", "设置"],
    settings: mine,
    makes: ["记跟进", "安排跟进", "新建线索", "新建客户", "新建联系人"],
    does: ["安排跟进", "协作人", "放入公海", "归档"],
    changes: true,
  },
  "a supervisor": {
    login: "linxiaowen",
    sees: "team",
    places: [...daily, "线索审核", ...lists, "及时率", "报表", "设置"],
    settings: mine,
    makes: ["记跟进", "安排跟进", "新建线索", "新建客户", "新建联系人"],
    does: ["转给…", "安排跟进", "协作人", "放入公海", "归档"],
    changes: true,
  },
  "sales operations": {
    login: "fenglina",
    sees: "all",
    places: [...daily, ...lists, "及时率", "报表", "导入", "用户与部门", "设置"],
    settings: [...mine, "字段与选项", "线索规则", "公海", "网络表单", "角色与权限"],
    makes: ["记跟进", "安排跟进", "新建线索", "新建客户", "新建联系人", "导入"],
    exports: true,
    does: ["转给…", "安排跟进", "协作人", "谁能看到", "放入公海", "归档"],
    changes: true,
  },
  "an auditor": {
    login: "fanlixin",
    sees: "all",
    masked: true,
    places: [...daily, ...lists, "及时率", "报表", "用户与部门", "设置"],
    settings: [...mine, "网络表单", "角色与权限", "登录方式", "日志"],
    makes: [],
    does: ["谁能看到"],
    changes: false,
  },
  "the administrator": {
    login: "sumin",
    sees: "all",
    places: [...daily, "线索审核", ...lists, "及时率", "报表", "导入", "用户与部门", "设置"],
    settings: [
      ...mine,
      "公司设置",
      "字段与选项",
      "时限与提醒",
      "线索规则",
      "公海",
      "提醒渠道",
      "短信网关",
      "网络表单",
      "工作日历",
      "角色与权限",
      "登录方式",
      "离职交接",
      "日志",
    ],
    makes: ["记跟进", "安排跟进", "新建线索", "新建客户", "新建联系人", "导入"],
    exports: true,
    does: ["转给…", "安排跟进", "协作人", "谁能看到", "放入公海", "归档"],
    changes: true,
  },
};

const filtered = (path: string, filter: object) => `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

/** How many customers a user has in reach, and one that they have not, as the administrator knows it. */
async function reach(page: Page, user: User, sees: World["sees"]) {
  const { departments } = await api<{ departments: { id: string; parent_id: string }[] }>(page, "GET", "/directory");
  const team = [user.department_id];
  for (const id of team) team.push(...departments.filter((d) => d.parent_id === id).map((d) => d.id));
  const inside = {
    own: { field: "owner_id", op: "in", value: [user.id] },
    team: { field: "department_id", op: "in", value: team },
    all: { field: "name", op: "not_empty" },
  }[sees];
  const { count } = await api<{ count: number }>(page, "GET", filtered("/customers/count", inside));
  const { items } = await api<{ items: { id: string }[] }>(page, "GET", `${filtered("/customers", { not: inside })}&limit=1`);
  return { count, foreign: items[0]?.id };
}

/** The names of all that is to be chosen in a sheet or menu, without what hides behind icons. */
const names = async (page: Page, selector: string) =>
  (await page.locator(selector).allTextContents())
    .map((s) => s.trim().replace(/\d.*条待审$/, ""))
    .filter((s) => s && !/^(English|退出登录|Genjin|跟进)$/.test(s));

for (const [who, world] of Object.entries(worlds))
  test(`${who} sees their world alone`, async ({ page, browser, baseURL, isMobile }) => {
    test.setTimeout(90_000);
    await page.goto("/");
    const user = (await api<{ items: User[] }>(page, "GET", filtered("/users", { field: "login", op: "is", value: world.login })))
      .items[0] as User;
    await api(page, "POST", `/users/${user.id}/password`, { password });
    const { count, foreign } = await reach(page, user, world.sees);
    const theirs = await signedIn(browser, baseURL, world.login);

    await test.step("the places", async () => {
      if (isMobile) {
        await theirs.getByRole("button", { name: /^我/ }).click();
        await theirs.locator(".sheet-list button").first().waitFor();
        expect(await names(theirs, ".sheet-list button")).toEqual(["提醒", ...world.places.filter((p) => !inBar.includes(p))]);
        await theirs.keyboard.press("Escape");
      } else expect(await names(theirs, "nav .nav-item")).toEqual(world.places);
      await theirs.goto("/settings", { waitUntil: "networkidle" });
      expect(await names(theirs, ".settings-nav a")).toEqual(world.settings);
    });

    await test.step("the customers, no more and no fewer", async () => {
      // The oldest first: other tests make customers whom nobody can call.
      await theirs.goto("/customers?sort=created_at", { waitUntil: "networkidle" });
      await expect(theirs.locator("h1 .count")).toHaveText(String(count));
      expect(count).toBeGreaterThan(0);
      const list = theirs.locator("tbody tr, .card");
      await expect(list.first()).toBeVisible();
      const text = (await list.allTextContents()).join(" ");
      if (world.masked) {
        expect(text).toMatch(/\d{3}\*{4}\d{4}/);
        expect(text).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/);
        await expect(theirs.locator("a[href^='tel:']")).toHaveCount(0);
      } else {
        expect(text).not.toContain("****");
        expect(text).toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/);
      }
      expect(await barriers(theirs)).toEqual([]);
    });

    await test.step("what can be made and taken out", async () => {
      if (isMobile) {
        const plus = theirs.getByRole("button", { name: "新建", exact: true });
        if (world.makes.length) {
          await plus.click();
          expect(await names(theirs, ".sheet-list button")).toEqual(world.makes);
          await theirs.keyboard.press("Escape");
        } else await expect(plus).toHaveCount(0);
      } else {
        await expect(theirs.getByRole("button", { name: "新建客户" })).toHaveCount(world.makes.includes("新建客户") ? 1 : 0);
        await expect(theirs.getByRole("button", { name: "导出" })).toHaveCount(world.exports ? 1 : 0);
      }
    });

    await test.step("what can be done with a customer", async () => {
      const { items } = await api<{ items: { id: string }[] }>(theirs, "GET", "/customers?limit=1");
      await theirs.goto(`/customers/${items[0]?.id}`, { waitUntil: "networkidle" });
      await theirs.getByRole("button", { name: "更多", exact: true }).first().click();
      expect(await names(theirs, ".c-acts [role=menuitem]")).toEqual(world.does);
      await theirs.keyboard.press("Escape");
      await expect(theirs.locator(".c-acts").getByRole("button", { name: "编辑", exact: true })).toHaveCount(world.changes ? 1 : 0);
    });

    await test.step("nothing else, by its address neither", async () => {
      const closed = ["/settings/company", "/settings/log", "/settings/roles", "/settings/handovers", "/settings/sign-in"];
      const open = {
        "/settings/company": "公司设置",
        "/settings/log": "日志",
        "/settings/roles": "角色与权限",
        "/settings/handovers": "离职交接",
        "/settings/sign-in": "登录方式",
      };
      const places = closed.filter((p) => !world.settings.includes(open[p as keyof typeof open]));
      for (const path of [
        ...places.slice(0, 2),
        ...(foreign ? [`/customers/${foreign}`] : []),
        ...(world.places.includes("用户与部门") ? [] : ["/people"]),
      ]) {
        await theirs.goto(path);
        await expect(theirs.getByRole("heading", { name: "没有找到" }), path).toBeVisible();
      }
      expect(!!foreign).toBe(world.sees !== "all");
    });
    await theirs.context().close();
  });
