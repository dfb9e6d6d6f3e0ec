import type { WatchFlags } from "../shared/flags.ts";
import { resolve } from "node:path";
import { lockWatch } from "../../apply/lock/lock.ts";
import { currentFolder, findFleet, type FleetLocation } from "../../config/file/load.ts";
import { layoutOf } from "../../desired/layout.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import type { MetricsPlace } from "../../metrics/place.ts";
import { openNotifier } from "../../drivers/systemd/notify.ts";
import { lineReporter, liveReporter, type WatchReporter } from "../../report/watch/watch-reporter.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { keepHeapSmall, optimizeLate } from "../../system/v8-flags.ts";
import { isInForeground, isStartedBySystemd, writesToJournal } from "../../system/terminal.ts";
import { startWatch } from "../../watch/start-watch.ts";
import { report, type Context } from "../shared/context.ts";
import { otherHost } from "../shared/with-fleet-lock.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { listenToTerminal } from "./listen.ts";
import type { HeldPlan } from "../../watch/reconcile/plan-with-holds.ts";
import { pulledFile } from "../../source/source-paths.ts";
import type { WatchEvent } from "../../events/watch-events.ts";
import type { MetricsPoint } from "./metrics.ts";
import { openNotifications } from "./notifier.ts";
import { openWaitingHooks } from "./on-waiting.ts";
import { serviceNotifications } from "./service-notifications.ts";

export const defaultDebounceMs = 200;
export const defaultResyncMs = 60_000;

/**
 * Runs `fleet watch`: keeps the fleet in line with its file until a signal ends it. Ends without touching an
 * agent.
 */
export async function watchCommand(context: Context, flags: WatchFlags): Promise<ExitCode> {
  keepHeapSmall();
  optimizeLate();
  void loadAhead();
  const { machine, exec } = context;
  // A service must survive a temporary absence of the file; a person has mistyped its name.
  const isService = isStartedBySystemd(process.env);
  const place = await fileToWatch(context, flags, isService);
  if (!place.ok) return report(context, place.diagnostics);
  const { location, path, shown } = place.value;
  const pull = flags.source === undefined ? undefined : await import("../../source/follow-source.ts");

  const metrics = await metricsAt(flags.metrics);
  if (metrics !== undefined && !metrics.ok) return report(context, metrics.diagnostics);
  const point = metrics?.value;
  const reporter = reporterFor(context, isService);
  const notifier = isService ? openNotifier(exec) : undefined;
  const resyncMs = flags.resync ?? defaultResyncMs;
  const attended = notifier && serviceNotifications(notifier, process.env);
  const news = openNotifications({ machine, exec }, (event) => reporter.tell(event));
  const hooks = openWaitingHooks(exec, (event) => reporter.tell(event));
  const tellEvent = (event: WatchEvent): void => {
    // Before the first fetch there is no file yet. The source tells why it cannot fetch one.
    if (pull !== undefined && event.kind === "file-rejected" && isAbsentFile(event)) return;
    reporter.tell(event);
    attended?.tell(event);
    point?.tell(event);
    news.tell(event);
    hooks.tell(event);
  };
  const debounceMs = flags.debounce ?? defaultDebounceMs;
  const watch = startWatch({
    machine,
    exec,
    location,
    path,
    shown,
    quietMs: debounceMs,
    options: { debounceMs, resyncMs, events: flags.events ?? true },
    admit: async (config, onWait, interrupt) => {
      const elsewhere = otherHost(config);
      if (elsewhere !== undefined) return { ok: false, diagnostics: [elsewhere] };
      const layout = layoutOf(config.name, config.tmux.socket, machine);
      const lock = await lockWatch(layout, path, isService ? serviceLockMs : 0, onWait, interrupt);
      if (lock.ok) reporter.tell({ kind: "watching", fleet: config.name, file: shown, resyncMs });
      return lock;
    },
    // The file may have to be fetched first.
    isPersistent: isService || pull !== undefined,
    isViewed: reporter.hasKeys,
    attachDiffs,
    onSeen(look) {
      news.configure(look.config);
      hooks.seen(look);
      source?.seen(isNothingDue(look) ? look.config : undefined);
    },
    tell: tellEvent,
    show(view) {
      reporter.show(view);
      attended?.show(view);
      point?.show(view);
    },
  });
  attended?.begin(watch);
  const source = pull?.followSource({ file: resolve(flags.source ?? ""), machine, exec, tell: tellEvent });
  const told = listenToTerminal({ ...watch, ask: () => (source?.ask(), watch.ask()) }, reporter, isService);
  const ended = await watch.left;
  source?.close();
  hooks.end();
  point?.end();
  await news.end();
  told.end();
  if (ended.length === 0) reporter.tell({ kind: "leaving", why: told.why() });
  reporter.end();
  await attended?.end();
  // Without a terminal, node 20 aborts at its exit (seen): ending by the signal avoids a core dump.
  if (told.hasHungUp()) process.kill(process.pid, "SIGHUP");
  if (ended.length === 0) return exitCodes.ok;
  if (context.output.options.json) reporter.tell({ kind: "problem", diagnostics: ended });
  else context.output.diagnostics(ended);
  return exitCodeOf(ended[0]?.code);
}

function isAbsentFile({ inForce, diagnostics }: Extract<WatchEvent, { kind: "file-rejected" }>): boolean {
  return !inForce && diagnostics.every(({ code }) => code === "file-not-found");
}

/** Returns true if nothing more is to be done now: everything is as declared, or waits. */
function isNothingDue({ plan, whole }: HeldPlan): boolean {
  return plan.actions.length === 0 && whole.refusals.length === 0;
}

/** Opens the place for metrics, if there is one. Without it, no code for metrics is loaded. */
async function metricsAt(place: MetricsPlace | undefined): Promise<Result<MetricsPoint> | undefined> {
  return place === undefined ? undefined : (await import("./metrics.ts")).openMetrics(place);
}

/** Loads code in advance. A watch outlives upgrades: later, the files may be of another version, or gone. */
async function loadAhead(): Promise<void> {
  await Promise.all([
    import("../../apply/record/record-run.ts"),
    import("../../config/parse.ts"),
    import("../../diffs/diff-lines.ts"),
    import("../../system/child/run-command.ts"),
    import("./deliver.ts"),
    import("../../report/notify/message.ts"),
  ]);
}

/** A service's wait for the end of a manual watch, before it reads its file again, ms. */
const serviceLockMs = 60_000;

interface WatchedFile {
  readonly location: FleetLocation;
  /** Absolute. */
  readonly path: string;
  readonly shown: string;
}

/** Returns the one file to follow from now on, even if others appear. */
async function fileToWatch(
  { flags, machine }: Context,
  { source }: WatchFlags,
  isService: boolean,
): Promise<{ ok: true; value: WatchedFile } | { ok: false; diagnostics: readonly Diagnostic[] }> {
  const { home, configHome, cacheHome } = machine;
  const file = source === undefined ? flags.file : pulledFile(resolve(source));
  const found = await findFleet({ path: file, configHome, cacheHome });
  const mayBeAbsent = source !== undefined || (isService && file !== undefined);
  if (!found.ok && !mayBeAbsent) return found;
  const shown = found.ok ? found.value : (file ?? "");
  const cwd = currentFolder() ?? "/";
  const path = resolve(cwd, shown);
  if (found.ok && !isRegularFile(path)) {
    return fail("bad-usage", `${shown} cannot be watched: it is not a regular file`);
  }
  return { ok: true, value: { location: { path: shown, cwd, home, configHome, cacheHome }, path, shown } };
}

function reporterFor({ output }: Context, isService: boolean): WatchReporter {
  const { json, quiet, verbose } = output.options;
  if (json) return lineReporter("json", output.colors, quiet);
  if (isService || writesToJournal(process.env)) return lineReporter("journal", output.colors, quiet);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  // In the background, to take the terminal would stop it (SIGTTOU).
  const isLive = isTerminal && isInForeground();
  // The output of -v would disturb the view.
  return isLive && !quiet && !verbose
    ? liveReporter(output.colors)
    : lineReporter("timed", output.colors, quiet);
}
