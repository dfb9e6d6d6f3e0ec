import type { BrowserContext, Page } from "playwright-core";
import { declare, fleet, waits } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { openContext, openPage, visit, type WatchedPage } from "./browser.ts";
import { serveUi, type UiServed } from "./serve-ui.ts";
import { openTunnel, type Tunnel } from "./tunnel.ts";

/** The agents of the rig: many alike, one with a secret, and one that fails. */
export const pageAgents = {
  coder: { command: waits, replicas: 11, labels: { team: "core" } },
  reviewer: { command: waits, env: { MODEL: "opus", API_TOKEN: "hunter2-hunter2" }, onChange: "restart" },
  broken: { command: "sleep 1; exit 3", restart: { policy: "no" } },
};

/** The same agents with an edit that restarts one of them. */
export const editedAgents = {
  ...pageAgents,
  reviewer: { ...pageAgents.reviewer, env: { MODEL: "haiku", API_TOKEN: "correct-horse-2" } },
};

/** A fleet with its page in a browser, behind a tunnel that can be cut. */
export interface PageRig {
  readonly box: Sandbox;
  /** Applies the fleet, serves its page, and opens it in the browser. */
  readonly begin: () => Promise<Page>;
  readonly end: () => Promise<void>;
  /** Serves the page again, on the same port. */
  readonly serveAgain: () => Promise<void>;
  readonly ui: UiServed;
  readonly tunnel: Tunnel;
  readonly page: Page;
  /** The complaints of the browser about the page. */
  readonly complaints: readonly string[];
  readonly rows: () => ReturnType<Page["locator"]>;
  /** Returns the names of the shown agents, in their order. */
  readonly names: () => Promise<readonly (string | null)[]>;
  /** Returns the address of a path. */
  readonly at: (path: string) => string;
  /** Goes to a path as a link does. */
  readonly visit: (path: string) => Promise<void>;
}

/** Returns the rig of a sandbox, before its begin. */
export function pageRig(box: Sandbox): PageRig {
  let context: BrowserContext | undefined;
  let ui: UiServed;
  let tunnel: Tunnel | undefined;
  let watched: WatchedPage;
  const rows = () => watched.page.locator("[role=row][data-name]");
  const at = (path: string): string => `http://127.0.0.1:${tunnel?.port}${path}`;
  return {
    box,
    async begin() {
      await declare(box, { agents: pageAgents });
      await fleet(box, "apply", "--yes");
      const options = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" } as const;
      [ui, context] = await Promise.all([serveUi(box), openContext(options)]);
      tunnel = await openTunnel(Number(new URL(ui.url).port));
      watched = await openPage(context);
      await watched.page.goto(at(`/${new URL(ui.url).hash}`));
      await rows().first().waitFor();
      return watched.page;
    },
    async end() {
      await context?.close();
      await tunnel?.cut();
    },
    async serveAgain() {
      ui = await serveUi(box, "--port", new URL(ui.url).port);
    },
    get ui() {
      return ui;
    },
    get tunnel() {
      if (tunnel === undefined) throw new Error("the rig has not begun");
      return tunnel;
    },
    get page() {
      return watched.page;
    },
    get complaints() {
      return watched.complaints;
    },
    rows,
    names: () => rows().evaluateAll((all) => all.map((row) => row.getAttribute("data-name"))),
    at,
    visit: (path) => visit(watched.page, path),
  };
}
