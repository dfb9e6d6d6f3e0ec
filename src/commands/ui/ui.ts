import { join, resolve } from "node:path/posix";
import { loadFleet, type LoadedFleet } from "../../config/file/load.ts";
import { layoutOf } from "../../desired/layout.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { listenAt } from "../../drivers/http/listen.ts";
import {
  alreadyServed,
  servedWithoutControl,
  linkJson,
  linkText,
  type UiLink,
} from "../../report/ui/link-text.ts";
import { listenForSignals } from "../../system/signals.ts";
import { keepHeapSmall } from "../../system/v8-flags.ts";
import { tokenLifeMs } from "../../ui/sessions.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { UiFlags } from "../shared/flags.ts";
import { findFollowedFile } from "../shared/read-fleet.ts";
import { hasScreen, openBrowser } from "./open-browser.ts";
import { askForLink, serveLinks } from "./other-links.ts";
import type { AskHost } from "./answers/answers.ts";
import { createPageServer, type PageServer, type ServedFleet } from "./page-server.ts";
import { clearTerminals } from "./terminals/terminals.ts";
import { tmuxTurns } from "./tmux-turns.ts";

/** The fleet of a page, and the places of its server on this machine. */
interface Service extends ServedFleet {
  readonly tmuxSocket: string;
  /** The socket on which the server gives away links. */
  readonly linkSocket: string;
  /** The file with the link for the browser. */
  readonly linkFile: string;
}

/**
 * Runs `fleet ui`: serves a page about the fleet until a signal ends it. It changes neither the fleet nor an agent. The
 * only file that it writes is the link for the browser, in the folder for locks.
 */
export async function uiCommand(given: Context, flags: UiFlags): Promise<ExitCode> {
  keepHeapSmall();
  const turns = tmuxTurns(given.exec);
  const context = { ...given, exec: turns.show };
  const found = await findService(context, flags.host);
  if (!found.ok) return report(context, found.diagnostics);
  const service = found.value;
  const other = await askForLink(service.linkSocket);
  if (other !== undefined) return showOther(other, service, flags, context);

  void loadPageCode();
  const page = await createPageServer(service, context, flags.control === true ? turns.type : undefined);
  const problems = await serve(page, service, flags, context);
  await page.close();
  return problems.length === 0 ? exitCodes.ok : report(context, problems);
}

/** Finds the fleet that a page shows. Connects to no other host. */
async function findService(context: Context, hosts: string | undefined): Promise<Result<Service>> {
  const found = await findFollowedFile(context);
  if (!found.ok) return found;
  const file = found.value;
  // A broken file is shown on the page, too, so an edit can fix it. The first one is better told here.
  const loaded = await loadOwn(file, hosts !== undefined, context);
  if (!loaded.ok) return loaded;
  const others = hosts === undefined ? ok(undefined) : await otherHosts(context, file, hosts);
  if (!others.ok) return others;
  const { name, tmux } = loaded.value.config;
  const { stateDir, socket: tmuxSocket } = layoutOf(name, tmux.socket, context.machine);
  const placeOf = (ending: string): string => join(stateDir, `${name}.ui${ending}`);
  const places = { folder: placeOf(""), linkSocket: placeOf(".sock"), linkFile: placeOf(".html") };
  return ok({ name, file, others: others.value, tmuxSocket, ...places });
}

/** Shows the link of a server that already serves the fleet. */
function showOther(other: UiLink, { name, file }: Service, { control }: UiFlags, context: Context): ExitCode {
  if (control === true && other.control !== true) return report(context, [servedWithoutControl(name)]);
  showLink(other, context);
  context.output.remark(alreadyServed(other, file));
  return exitCodes.ok;
}

/** Serves a page until a signal comes. Returns the problems that kept it from that. */
async function serve(
  { server, sessions }: PageServer,
  { name, file, folder, tmuxSocket, linkSocket, linkFile }: Service,
  { control = false, open, port, socket }: UiFlags,
  context: Context,
): Promise<readonly Diagnostic[]> {
  const at = socket === undefined ? { port: port ?? 0 } : { socket: resolve(socket) };
  const listened = await listenAt(server, at);
  if (!listened.ok) return listened.diagnostics;
  const issue = (): UiLink => ({
    fleet: name,
    file,
    control,
    url: `http://127.0.0.1:${listened.value ?? 7777}/#t=${sessions.issue(Date.now())}`,
    ...("socket" in at ? { socket: at.socket } : {}),
    lifeMs: tokenLifeMs,
    // The main process of a unit, as systemd.exec(5) says.
    isService: process.env["SYSTEMD_EXEC_PID"] === String(process.pid),
  });
  const links = await serveLinks(linkSocket, issue);
  if (!links.ok) return links.diagnostics;
  await clearTerminals({ exec: context.exec, fleet: name, folder }, tmuxSocket);
  const link = issue();
  showLink(link, context);
  const isOpened =
    open !== false && link.socket === undefined && hasScreen(process.env, process.stdout.isTTY);
  const removeLink = isOpened ? await openBrowser(link.url, linkFile) : undefined;
  const signals = listenForSignals(() => undefined);
  await aborted(signals.stopSignals.soon);
  removeLink?.();
  links.value.close();
  signals.end();
  return [];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
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

/** Returns the way to other hosts, or the problem of their selection. Connects to none. */
async function otherHosts(
  context: Context,
  path: string,
  list: string,
): Promise<Result<ServedFleet["others"]>> {
  const { findElsewhere } = await import("./live/elsewhere.ts");
  const { askHost } = await import("./answers/other-answers.ts");
  const found = await findElsewhere(context, path, list);
  if (!found.ok) return found;
  const ask: AskHost = (host, topic, name) =>
    askHost({ ...context, flags: { file: path } }, list, host, topic, name);
  return ok({ ...found.value, ask });
}

function showLink(link: UiLink, { output }: Context): void {
  output.text(linkText(link, output.colors));
  output.json(linkJson(link));
}

/** Loads code in advance. A server outlives upgrades: later, the files may be of another version, or gone. */
async function loadPageCode(): Promise<void> {
  await Promise.all([
    import("../../config/parse.ts"),
    import("../../diffs/diff-lines.ts"),
    import("../../observe/activity/observe-activities.ts"),
    import("../../observe/processes/silent-work.ts"),
    import("../../system/child/run-command.ts"),
    import("../plan/show-plan.ts"),
  ]);
}
