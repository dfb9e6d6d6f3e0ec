import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path/posix";
import { loadFleet, type LoadedFleet } from "../../config/file/load.ts";
import { layoutOf } from "../../desired/layout.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { packageRoot } from "../../drivers/files/package-root.ts";
import {
  alreadyServed,
  servedWithoutControl,
  linkJson,
  linkText,
  type UiLink,
} from "../../report/ui/link-text.ts";
import { listenForSignals } from "../../system/signals.ts";
import { keepHeapSmall } from "../../system/v8-flags.ts";
import { readAssets } from "../../ui/assets.ts";
import { createUiServer } from "../../ui/server.ts";
import { createSessions, tokenLifeMs } from "../../ui/sessions.ts";
import { createSockets } from "../../ui/sockets.ts";
import type { UiPictures, UiState } from "../../ui/protocol.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { UiFlags } from "../shared/flags.ts";
import { createAnswers, type AskHost } from "./answers.ts";
import { listenAt } from "../../drivers/http/listen.ts";
import { openLiveFleet, type LiveFleet, type OpenOthers } from "./live-fleet.ts";
import { refuseChanges } from "./control/refuse-changes.ts";
import type { FeedWorld } from "./terminals/feed.ts";
import { clearTerminals, createTerminals } from "./terminals/terminals.ts";
import { hasScreen, openBrowser } from "./open-browser.ts";
import { askForLink, serveLinks } from "./other-links.ts";
import { createScreenSearch } from "./screen-search.ts";
import { tmuxTurns } from "./tmux-turns.ts";
import { findFollowedFile } from "../shared/read-fleet.ts";

/**
 * Runs `fleet ui`: serves a page about the fleet until a signal ends it. It changes neither the fleet nor an agent. The
 * only file that it writes is the link for the browser, in the folder for locks.
 */
export async function uiCommand(
  given: Context,
  { control = false, host, open, port, socket }: UiFlags,
): Promise<ExitCode> {
  keepHeapSmall();
  const turns = tmuxTurns(given.exec);
  const context = { ...given, exec: turns.show };
  const { machine, output } = context;
  const found = await findFollowedFile(context);
  if (!found.ok) return report(context, found.diagnostics);
  const path = found.value;
  // A broken file is shown on the page, too, so an edit can fix it. The first one is better told here.
  const loaded = await loadOwn(path, host !== undefined, context);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const others = host === undefined ? ok(undefined) : await otherHosts(context, path, host);
  if (!others.ok) return report(context, others.diagnostics);

  const { name } = loaded.value.config;
  const { stateDir, socket: tmuxSocket } = layoutOf(name, loaded.value.config.tmux.socket, machine);
  const other = await askForLink(join(stateDir, `${name}.ui.sock`));
  if (other !== undefined) {
    if (control && other.control !== true) return report(context, [servedWithoutControl(name)]);
    showLink(other, context);
    output.remark(alreadyServed(other, path));
    return exitCodes.ok;
  }

  void loadAhead();
  const sessions = createSessions();
  let live: LiveFleet | undefined;
  const world: FeedWorld = {
    exec: context.exec,
    fleet: name,
    folder: join(stateDir, `${name}.ui`),
    paneOf: (agent) => live?.paneOf(agent),
  };
  const terminals = createTerminals(world);
  const changes = control
    ? (await import("./control/parts.ts")).controlParts({
        ...world,
        exec: turns.type,
        machine,
        file: path,
        hosts: () => live?.hosts() ?? [],
      })
    : [refuseChanges];
  const sockets = createSockets((attention) => live?.attend(attention), {
    parts: [terminals, createScreenSearch(context.exec, () => live?.panes()), ...changes],
    control,
  });
  const answers = createAnswers(context, path, others.value?.ask);
  const server = createUiServer({
    assets: readAssets(join(packageRoot(), "dist/web")),
    sessions,
    sockets,
    cookieName: `fleet-ui-${randomBytes(4).toString("hex")}`,
    fleet: (part) => answers.fleet(part),
    revision: (id) => answers.revision(id),
    agent: (part, agent, at) => answers.agent(part, agent, at),
  });
  const at = socket === undefined ? { port: port ?? 0 } : { socket: resolve(socket) };
  const listened = await listenAt(server, at);
  if (!listened.ok) return report(context, listened.diagnostics);
  const receivers = {
    show: (state: UiState) => sockets.show(state),
    picture: (pictures: UiPictures) => sockets.picture(pictures),
    forget: () => sockets.forget(),
  };
  live = openLiveFleet(path, context, receivers, others.value?.open);
  const issue = (): UiLink => ({
    fleet: name,
    file: path,
    control,
    url: `http://127.0.0.1:${listened.value ?? 7777}/#t=${sessions.issue(Date.now())}`,
    ...("socket" in at ? { socket: at.socket } : {}),
    lifeMs: tokenLifeMs,
    // The main process of a unit, as systemd.exec(5) says.
    isService: process.env["SYSTEMD_EXEC_PID"] === String(process.pid),
  });
  const links = await serveLinks(join(stateDir, `${name}.ui.sock`), issue);
  if (!links.ok) return end(links.diagnostics);
  await clearTerminals(world, tmuxSocket);
  const link = issue();
  showLink(link, context);
  const isOpened =
    open !== false && link.socket === undefined && hasScreen(process.env, process.stdout.isTTY);
  const linkFile = join(stateDir, `${name}.ui.html`);
  const removeLink = isOpened ? await openBrowser(link.url, linkFile) : undefined;
  const signals = listenForSignals(() => undefined);
  const { soon } = signals.stopSignals;
  await new Promise<void>((done) => {
    if (soon.aborted) done();
    else soon.addEventListener("abort", () => done(), { once: true });
  });
  removeLink?.();
  links.value.close();
  signals.end();
  return end([]);

  async function end(problems: readonly Diagnostic[]): Promise<ExitCode> {
    await Promise.all([terminals.close(), ...changes.map((part) => part.close?.())]);
    live?.close();
    sockets.close();
    server.close();
    server.closeIdleConnections();
    return problems.length === 0 ? exitCodes.ok : report(context, problems);
  }
}

/** Reads the fleet's file: with other hosts, a machine that is none of them may serve their page. */
async function loadOwn(
  path: string,
  hasOthers: boolean,
  { machine: { home, configHome, cacheHome } }: Context,
): Promise<Result<LoadedFleet>> {
  const place = { path, home, configHome, cacheHome };
  const loaded = await loadFleet(place);
  const isElsewhere = !loaded.ok && loaded.diagnostics.some(({ code }) => code === "unknown-host");
  return hasOthers && isElsewhere ? loadFleet({ ...place, isWhole: true }) : loaded;
}

interface Others {
  readonly open: OpenOthers;
  readonly ask: AskHost;
}

/** Returns the way to other hosts, or the problem of their selection. Connects to none. */
async function otherHosts(context: Context, path: string, list: string): Promise<Result<Others>> {
  const { checkOtherHosts, openOtherHosts } = await import("./other-hosts.ts");
  const { askHost } = await import("./other-answers.ts");
  const checked = await checkOtherHosts(context, path, list);
  if (!checked.ok) return checked;
  return ok({
    open: (news) => openOtherHosts(context, path, list, news),
    ask: (host, part, name) => askHost({ ...context, flags: { file: path } }, list, host, part, name),
  });
}

function showLink(link: UiLink, { output }: Context): void {
  output.text(linkText(link, output.colors));
  output.json(linkJson(link));
}

/** Loads code in advance. A server outlives upgrades: later, the files may be of another version, or gone. */
async function loadAhead(): Promise<void> {
  await Promise.all([
    import("../../config/parse.ts"),
    import("../../diffs/diff-lines.ts"),
    import("../../observe/activity/observe-activities.ts"),
    import("../../observe/processes/silent-work.ts"),
    import("../../system/child/run-command.ts"),
    import("../plan/show-plan.ts"),
  ]);
}
