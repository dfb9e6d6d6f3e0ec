import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { join } from "node:path/posix";
import { packageRoot } from "../../drivers/files/package-root.ts";
import type { Exec } from "../../system/exec.ts";
import { readAssets } from "../../ui/assets.ts";
import type { PageHandler } from "../../ui/page-link.ts";
import { createUiServer } from "../../ui/server.ts";
import { createSessions, type Sessions } from "../../ui/sessions.ts";
import { createSockets } from "../../ui/sockets.ts";
import type { Context } from "../shared/context.ts";
import { createAnswers, type AskHost } from "./answers/answers.ts";
import { refuseChanges } from "./control/refuse-changes.ts";
import { openLiveFleet, type Elsewhere, type LiveFleet } from "./live/live-fleet.ts";
import { createScreenSearch } from "./screen-search.ts";
import { createTerminals } from "./terminals/terminals.ts";

/** The fleet that a page shows. */
export interface ServedFleet {
  readonly name: string;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** The folder for FIFOs of terminals, and for texts on their way. */
  readonly folder: string;
  /** The way to other hosts, if the page shows them. */
  readonly others: (Elsewhere & { readonly ask: AskHost }) | undefined;
}

/** The server of a page with all its handlers. */
export interface PageServer {
  /** It does not listen yet. */
  readonly server: Server;
  readonly sessions: Sessions;
  close(): Promise<void>;
}

/** Returns the server of a fleet's page. `typing` is the port of pages that may change the fleet; others only show it. */
export async function createPageServer(
  served: ServedFleet,
  context: Context,
  typing: Exec | undefined,
): Promise<PageServer> {
  const { name, file, folder, others } = served;
  const live = openLiveFleet(
    file,
    context,
    {
      show: (state) => sockets.show(state),
      picture: (pictures) => sockets.picture(pictures),
      forget: () => sockets.forget(),
    },
    others,
  );
  const world = { exec: context.exec, fleet: name, folder, paneOf: (agent: string) => live.paneOf(agent) };
  const terminals = createTerminals(world);
  const changes = typing === undefined ? [refuseChanges] : await controlOver(served, live, context, typing);
  const sockets = createSockets((needs) => live.serve(needs), {
    handlers: [terminals, createScreenSearch(context.exec, () => live.panes()), ...changes],
    control: typing !== undefined,
  });
  const sessions = createSessions();
  const answers = createAnswers(context, file, others?.ask);
  const server = createUiServer({
    assets: readAssets(join(packageRoot(), "dist/web")),
    sessions,
    sockets,
    cookieName: `fleet-ui-${randomBytes(4).toString("hex")}`,
    fleet: (topic) => answers.fleet(topic),
    revision: (id) => answers.revision(id),
    agent: (topic, agent, at) => answers.agent(topic, agent, at),
  });
  return {
    server,
    sessions,
    async close() {
      await Promise.all([terminals.close(), ...changes.map((handler) => handler.close?.())]);
      live.close();
      sockets.close();
      server.close();
      server.closeIdleConnections();
    },
  };
}

/** Loads and returns the handlers of a server whose pages may change the fleet. */
async function controlOver(
  { file, folder }: ServedFleet,
  live: LiveFleet,
  { machine, exec: shows }: Context,
  exec: Exec,
): Promise<readonly PageHandler[]> {
  const { controlHandlers } = await import("./control/handlers.ts");
  return controlHandlers({
    exec,
    shows,
    machine,
    file,
    folder,
    hosts: () => live.hosts(),
    askAgain: (host) => live.askAgain(host),
    paneOf: (agent) => live.paneOf(agent),
  });
}
