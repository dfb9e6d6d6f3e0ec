import { agentTopics, fleetTopics, type AgentTopic, type FleetTopic } from "./protocol.ts";
import type { RequestKind } from "./check-request.ts";

/** The target of a request. */
export type Route =
  /** The page itself, whatever it shows, or one of its files. */
  | { readonly kind: "page"; readonly asset: AssetName }
  | { readonly kind: "login" }
  | { readonly kind: "socket" }
  | { readonly kind: "api"; readonly get: "session" }
  | { readonly kind: "api"; readonly get: FleetTopic }
  | { readonly kind: "api"; readonly get: "revision"; readonly id: string }
  /** `host` is another machine of the fleet; undefined for this one. */
  | {
      readonly kind: "api";
      readonly get: AgentTopic;
      readonly agent: string;
      readonly host?: string | undefined;
    };

/** The files of the page. Only these names are ever read. */
export const assetNames = [
  "index.html",
  "app.js",
  "places.js",
  "plan.js",
  "dialogs.js",
  "app.css",
  "terminal.js",
  "terminal.css",
  "icon.svg",
  "icon-you.svg",
] as const;

/** One of these names. */
export type AssetName = (typeof assetNames)[number];

/** The names of agents and hosts, as fleet.yaml takes them. */
export const namePart = "[A-Za-z0-9][A-Za-z0-9_-]{0,80}";
/** AGENT, or HOST/AGENT. */
const agentPath = new RegExp(`^/agents/(?:${namePart}/)?${namePart}$`);
const partPath = new RegExp(`^/api/agents/(?:(${namePart})/)?(${namePart})/([a-z]+)$`);
/** The id of a state of fleet.yaml, as the history shows it. */
const revisionPath = /^\/api\/history\/([0-9a-f]{8})$/;
/** A place of the page, or a wrong word for one: the page says so. */
const placePath = /^\/(?!api$)(?:[a-z][a-z-]{0,40})?$/;

/** Returns the target of a path, undefined if there is none. A path is compared, and never joined to a folder. Pure. */
export function routeOf(url: string): Route | undefined {
  const [path = ""] = url.split("?");
  if (placePath.test(path)) return { kind: "page", asset: "index.html" };
  if (agentPath.test(path)) return { kind: "page", asset: "index.html" };
  const asset = assetNames.find((name) => path === `/${name}`);
  if (asset !== undefined && asset !== "index.html") return { kind: "page", asset };
  if (path === "/api/login") return { kind: "login" };
  if (path === "/api/ws") return { kind: "socket" };
  if (path === "/api/session") return { kind: "api", get: "session" };
  const whole = fleetTopics.find((name) => path === `/api/${name}`);
  if (whole !== undefined) return { kind: "api", get: whole };
  const id = revisionPath.exec(path)?.[1];
  if (id !== undefined) return { kind: "api", get: "revision", id };
  const [, host, agent = "", get] = partPath.exec(path) ?? [];
  const topic = agentTopics.find((each) => each === get);
  return topic && { kind: "api", get: topic, agent, ...(host === undefined ? {} : { host }) };
}

/** Returns the kind of a route for the check of its request. An unknown path is checked like the API. */
export function requestKindOf(route: Route | undefined): RequestKind {
  return route?.kind ?? "api";
}
