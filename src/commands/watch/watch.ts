import type { WatchFlags } from "../shared/flags.ts";
import { resolve } from "node:path";
import { lockWatch } from "../../apply/lock/lock.ts";
import { currentFolder } from "../../config/file/candidates.ts";
import { findFleet, type FleetLocation } from "../../config/file/load.ts";
import { layoutOf } from "../../desired/layout.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import type { MetricsPlace } from "../../metrics/place.ts";
import { lineReporter, type WatchReporter } from "../../report/watch/watch-reporter.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { keepHeapSmall, optimizeLate } from "../../system/v8-flags.ts";
import { isInForeground, isStartedBySystemd, writesToJournal } from "../../system/terminal.ts";
import { startWatch, type Watch } from "../../watch/start-watch.ts";
import { report, type Context } from "../shared/context.ts";
import { otherHost } from "../shared/with-fleet-lock.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { listenToTerminal } from "./listen.ts";
import type { HeldPlan } from "../../watch/reconcile/plan-with-holds.ts";
import type { FollowedSource, followSource } from "../../source/follow-source.ts";
import { pulledFile } from "../../source/source-paths.ts";
import type { WatchEvent } from "../../events/watch-events.ts";
import { gatherWatchAudience, type WatchAudience } from "./watch-audience.ts";
import type { MetricsPoint } from "./metrics.ts";

export const defaultDebounceMs = 200;
export const defaultResyncMs = 60_000;

/**
 * Runs `fleet watch`: keeps the fleet in line with its file until a signal ends it. Ends without touching an
 * agent.
 */
export async function watchCommand(context: Context, flags: WatchFlags): Promise<ExitCode> {
  keepHeapSmall();
  optimizeLate();
  void loadWatchCode();
  // A service must survive a temporary absence of the file; a person has mistyped its name.
  const isService = isStartedBySystemd(process.env);
  const place = await fileToWatch(context, flags, isService);
  if (!place.ok) return report(context, place.diagnostics);
  const pull = flags.source === undefined ? undefined : await import("../../source/follow-source.ts");
  const metrics = await metricsAt(flags.metrics);
  if (metrics !== undefined && !metrics.ok) return report(context, metrics.diagnostics);

  const reporter = await reporterFor(context, isService);
  const audience = gatherWatchAudience(context, { reporter, isService, metrics: metrics?.value });
  const watching = { place: place.value, reporter, audience, isService, pull };
  const { watch, source } = beginWatching(context, flags, watching);
  audience.begin(watch);
  const askNow = (): void => {
    source?.ask();
    watch.ask();
  };
  const told = listenToTerminal(watch, askNow, reporter, isService);
  const ended = await watch.left;
  source?.close();
  await audience.leave();
  told.end();
  if (ended.length === 0) reporter.tell({ kind: "leaving", why: told.why() });
  await audience.end();
  // Without a terminal, node 20 aborts at its exit (seen): ending by the signal avoids a core dump.
  if (told.hasHungUp()) process.kill(process.pid, "SIGHUP");
  if (ended.length === 0) return exitCodes.ok;
  if (context.output.options.json) reporter.tell({ kind: "problem", diagnostics: ended });
  else context.output.diagnostics(ended);
  return exitCodeOf(ended[0]?.code);
}

/** A watch that is about to begin. */
interface Watching {
  readonly place: WatchedFile;
  readonly reporter: WatchReporter;
  readonly audience: WatchAudience;
  readonly isService: boolean;
  /** The code that follows a Git source, loaded only if there is one. */
  readonly pull: { readonly followSource: typeof followSource } | undefined;
}

/** Begins the watch, and the fetches of its Git source. */
function beginWatching(
  { machine, exec }: Context,
  flags: WatchFlags,
  { place, reporter, audience, isService, pull }: Watching,
): { readonly watch: Watch; readonly source: FollowedSource | undefined } {
  const resyncMs = flags.resync ?? defaultResyncMs;
  const debounceMs = flags.debounce ?? defaultDebounceMs;
  const tellAudience = (event: WatchEvent): void => {
    // Before the first fetch there is no file yet. The source tells why it cannot fetch one.
    if (pull !== undefined && event.kind === "file-rejected" && isAbsentFile(event)) return;
    audience.tell(event);
  };
  const watch = startWatch({
    ...place,
    machine,
    exec,
    quietMs: debounceMs,
    options: { debounceMs, resyncMs, events: flags.events ?? true },
    async admit(config, onWait, interrupt) {
      const elsewhere = otherHost(config);
      if (elsewhere !== undefined) return { ok: false, diagnostics: [elsewhere] };
      const layout = layoutOf(config.name, config.tmux.socket, machine);
      const patienceMs = isService ? serviceLockMs : 0;
      const lock = await lockWatch(layout, place.path, patienceMs, onWait, interrupt);
      if (lock.ok) reporter.tell({ kind: "watching", fleet: config.name, file: place.shown, resyncMs });
      return lock;
    },
    // The file may have to be fetched first.
    isPersistent: isService || pull !== undefined,
    isViewed: audience.isViewed,
    attachDiffs,
    onSeen(look) {
      audience.seen(look);
      source?.seen(isNothingDue(look) ? look.config : undefined);
    },
    tell: tellAudience,
    show: (view) => audience.show(view),
  });
  const source = pull?.followSource({ file: resolve(flags.source ?? ""), machine, exec, tell: tellAudience });
  return { watch, source };
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
async function loadWatchCode(): Promise<void> {
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

/** Returns the output of a watch. Only one with a live view loads the libraries that draw on a terminal. */
async function reporterFor({ output }: Context, isService: boolean): Promise<WatchReporter> {
  const { json, quiet, verbose } = output.options;
  if (json) return lineReporter("json", output.colors, quiet);
  if (isService || writesToJournal(process.env)) return lineReporter("journal", output.colors, quiet);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  // In the background, to take the terminal would stop it (SIGTTOU).
  const isLive = isTerminal && isInForeground();
  // The output of -v would disturb the view.
  if (!isLive || quiet || verbose) return lineReporter("timed", output.colors, quiet);
  const { LiveReporter } = await import("../../report/watch/live-reporter.ts");
  return new LiveReporter(output.colors);
}
