import type { WatchFlags } from "../shared/flags.ts";
import { resolve } from "node:path";
import { lockWatch } from "../../apply/lock/lock.ts";
import { currentFolder, findFleet, type FleetLocation } from "../../config/file/load.ts";
import { layoutOf } from "../../desired/layout.ts";
import { fail, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import { openNotifier } from "../../drivers/systemd/notify.ts";
import { lineReporter, liveReporter, type WatchReporter } from "../../report/watch/watch-reporter.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import { keepHeapSmall } from "../../system/small-heap.ts";
import { isInForeground, isStartedBySystemd, writesToJournal } from "../../system/terminal.ts";
import { startWatch } from "../../watch/start-watch.ts";
import { report, type Context } from "../shared/context.ts";
import { otherHost } from "../shared/with-fleet-lock.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { listenToTerminal } from "./listen.ts";
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
  void loadAhead();
  const { machine, exec } = context;
  // A service must survive a temporary absence of the file; a person has mistyped its name.
  const isService = isStartedBySystemd(process.env);
  const place = await fileToWatch(context, isService);
  if (!place.ok) return report(context, place.diagnostics);
  const { location, path, shown } = place.value;

  const reporter = reporterFor(context, isService);
  const notifier = isService ? openNotifier(exec) : undefined;
  const resyncMs = flags.resync ?? defaultResyncMs;
  const attended = notifier && serviceNotifications(notifier, process.env);
  const news = openNotifications({ machine, exec }, (event) => reporter.tell(event));
  const hooks = openWaitingHooks(exec, (event) => reporter.tell(event));
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
    isPersistent: isService,
    isViewed: reporter.hasKeys,
    attachDiffs,
    onSeen(look) {
      news.configure(look.config);
      hooks.seen(look);
    },
    tell(event) {
      reporter.tell(event);
      attended?.tell(event);
      news.tell(event);
      hooks.tell(event);
    },
    show(view) {
      reporter.show(view);
      attended?.show(view);
    },
  });
  attended?.begin(watch);
  const told = listenToTerminal(watch, reporter, isService);
  const ended = await watch.left;
  hooks.end();
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

/** Loads code in advance. A watch outlives upgrades: later, the files may be of another version, or gone. */
async function loadAhead(): Promise<void> {
  await Promise.all([
    import("../../apply/record/record-run.ts"),
    import("../../config/parse.ts"),
    import("../../diffs/diff-lines.ts"),
    import("../../system/run-command.ts"),
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
  isService: boolean,
): Promise<{ ok: true; value: WatchedFile } | { ok: false; diagnostics: readonly Diagnostic[] }> {
  const { home, configHome, cacheHome } = machine;
  const found = await findFleet({ path: flags.file, configHome, cacheHome });
  if (!found.ok && !(isService && flags.file !== undefined)) return found;
  const shown = found.ok ? found.value : (flags.file ?? "");
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
