import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { calendarSearch } from "../features/calendar/calendar-search";
import { reviewSearch } from "../features/lead/review-search";
import { logSearch } from "../features/log/log-search";
import { reportsSearch } from "../features/reports/reports-search";
import { roleSearch } from "../features/roles/role-search";
import { timelinessSearch } from "../features/timeliness/timeliness-search";
import { todoSearch } from "../features/todo/todo-search";
import { worklogSearch } from "../features/worklog/worklog-search";
import { withAdmin, withLeads, withNotes, withPools, withRecords, withReports, withWork, withWorklog } from "../lib/i18n";
import { listSearch } from "../meta/list-state";
import { loadParts } from "../record/list/parts";
import { NotFound } from "./not-found";
import { RouteError } from "./route-error";
import { Shell } from "./shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: RouteError });
const at = () => root;
const home = createRoute({
  getParentRoute: at,
  path: "/",
  component: lazyRouteComponent(() => withWork(() => import("../features/home/home"))),
});
const customers = createRoute({
  getParentRoute: at,
  path: "/customers",
  validateSearch: listSearch,
  component: lazyRouteComponent(async () => (await Promise.all([import("./customers-route"), loadParts()]))[0]),
});
const customer = createRoute({
  getParentRoute: at,
  path: "/customers/$id",
  component: lazyRouteComponent(async () => {
    const page = await import("../features/customer/customer-page");
    await page.loadDeskParts();
    return page;
  }),
});
const review = createRoute({
  getParentRoute: at,
  path: "/review",
  validateSearch: reviewSearch,
  component: lazyRouteComponent(() => withLeads(() => import("../features/lead/review-page"))),
});
const leads = createRoute({
  getParentRoute: at,
  path: "/leads",
  validateSearch: listSearch,
  component: lazyRouteComponent(async () => (await Promise.all([withLeads(() => import("../features/lead/leads-page")), loadParts()]))[0]),
});
const lead = createRoute({
  getParentRoute: at,
  path: "/leads/$id",
  component: lazyRouteComponent(() => withLeads(() => import("../features/lead/lead-page"))),
});
const todo = createRoute({
  getParentRoute: at,
  path: "/todo",
  validateSearch: todoSearch,
  component: lazyRouteComponent(() => withWork(() => import("../features/todo/todo-page"))),
});
const pools = createRoute({
  getParentRoute: at,
  path: "/pools",
  component: lazyRouteComponent(() => withPools(() => import("../features/pools/pools-page"))),
});
const pool = createRoute({
  getParentRoute: at,
  path: "/pools/$id",
  component: lazyRouteComponent(() => withPools(() => import("../features/pools/pools-page"))),
});
const requests = createRoute({
  getParentRoute: at,
  path: "/requests",
  component: lazyRouteComponent(() => withPools(() => import("../features/pools/requests-page"))),
});
const calendar = createRoute({
  getParentRoute: at,
  path: "/calendar",
  validateSearch: calendarSearch,
  component: lazyRouteComponent(() => withWork(() => import("../features/calendar/calendar-page"))),
});
const timeliness = createRoute({
  getParentRoute: at,
  path: "/timeliness",
  validateSearch: timelinessSearch,
  component: lazyRouteComponent(() => withReports(() => withWork(() => import("../features/timeliness/timeliness-page")))),
});
const reports = createRoute({
  getParentRoute: at,
  path: "/reports",
  validateSearch: reportsSearch,
  component: lazyRouteComponent(() => withReports(() => import("../features/reports/reports-page"))),
});
const worklog = createRoute({
  getParentRoute: at,
  path: "/worklog",
  validateSearch: worklogSearch,
  component: lazyRouteComponent(() => withWorklog(() => import("../features/worklog/worklog-page"))),
});
const imports = createRoute({
  getParentRoute: at,
  path: "/import",
  validateSearch: (s: Record<string, unknown>): { into?: "lead" } => ({ into: s.into === "lead" ? "lead" : undefined }),
  component: lazyRouteComponent(() => withAdmin(() => import("../features/import/imports-page"))),
});
const oneImport = createRoute({
  getParentRoute: at,
  path: "/import/$id",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/import/wizard"))),
});
const people = createRoute({
  getParentRoute: at,
  path: "/people",
  component: lazyRouteComponent(() => withAdmin(() => import("./people-route"))),
});
const settings = createRoute({
  getParentRoute: at,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings-layout")),
});
const inSettings = () => settings;
const account = createRoute({
  getParentRoute: inSettings,
  path: "/",
  component: lazyRouteComponent(() => import("../features/settings/settings-page")),
});
const company = createRoute({
  getParentRoute: inSettings,
  path: "company",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/settings/company-page"))),
});
const fields = createRoute({
  getParentRoute: inSettings,
  path: "fields",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/settings/fields-page"))),
});
const workcal = createRoute({
  getParentRoute: inSettings,
  path: "working-calendar",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/workcal/workcal-page"))),
});
const clocks = createRoute({
  getParentRoute: inSettings,
  path: "clocks",
  component: lazyRouteComponent(() => withAdmin(() => withWork(() => import("../features/clocks/clocks-page")))),
});
const poolSettings = createRoute({
  getParentRoute: inSettings,
  path: "pools",
  component: lazyRouteComponent(() => withPools(() => import("../features/pools/pool-settings"))),
});
const log = createRoute({
  getParentRoute: inSettings,
  path: "log",
  validateSearch: logSearch,
  component: lazyRouteComponent(() => withAdmin(() => withRecords(() => import("../features/log/log-page")))),
});
const roles = createRoute({
  getParentRoute: inSettings,
  path: "roles",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/roles/roles-page"))),
});
const role = createRoute({
  getParentRoute: inSettings,
  path: "roles/$id",
  validateSearch: roleSearch,
  component: lazyRouteComponent(() => withAdmin(() => import("../features/roles/role-page"))),
});
const handovers = createRoute({
  getParentRoute: inSettings,
  path: "handovers",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/handover/handovers-page"))),
});
const security = createRoute({
  getParentRoute: inSettings,
  path: "security",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/security/security-page"))),
});
const ways = createRoute({
  getParentRoute: inSettings,
  path: "sign-in",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/security/company-page"))),
});
const notifications = createRoute({
  getParentRoute: inSettings,
  path: "notifications",
  component: lazyRouteComponent(() => withNotes(() => import("../features/notify/preferences-page"))),
});
const channels = createRoute({
  getParentRoute: inSettings,
  path: "channels",
  component: lazyRouteComponent(() => withNotes(() => import("../features/notify/channels-page"))),
});
const sms = createRoute({
  getParentRoute: inSettings,
  path: "sms",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/sms/sms-page"))),
});
const webForms = createRoute({
  getParentRoute: inSettings,
  path: "web-forms",
  component: lazyRouteComponent(() => withAdmin(() => import("../features/webform/webforms-page"))),
});
const notes = createRoute({
  getParentRoute: at,
  path: "/notes",
  component: lazyRouteComponent(() => withNotes(() => import("../features/notify/notes-page"))),
});
const leadRules = createRoute({
  getParentRoute: inSettings,
  path: "leads",
  component: lazyRouteComponent(() => withLeads(() => import("../features/lead/rules-page"))),
});
const settingsRoutes = settings.addChildren([
  clocks,
  leadRules,
  account,
  notifications,
  channels,
  sms,
  webForms,
  security,
  ways,
  company,
  fields,
  workcal,
  log,
  roles,
  role,
  handovers,
  poolSettings,
]);
// Every entity the server defines has a list and a page, with no code of its own here.
const list = createRoute({
  getParentRoute: at,
  path: "/$path",
  validateSearch: listSearch,
  component: lazyRouteComponent(async () => (await Promise.all([import("./list-route"), loadParts()]))[0]),
});
const record = createRoute({
  getParentRoute: at,
  path: "/$path/$id",
  component: lazyRouteComponent(() => withRecords(() => import("./record-route"))),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    notes,
    todo,
    calendar,
    timeliness,
    reports,
    worklog,
    pools,
    pool,
    requests,
    customers,
    customer,
    review,
    leads,
    lead,
    imports,
    oneImport,
    people,
    settingsRoutes,
    list,
    record,
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultPendingMs: 300,
});
declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
