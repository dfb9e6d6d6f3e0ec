import { setTimeout as sleep } from "node:timers/promises";
import { layoutOf } from "../../desired/layout.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import { noSourceWatch, sourceNotFetched } from "../../report/source/sync-text.ts";
import { troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { anchorOf, ordersOf, readSource, type KnownSource } from "../../source/read-source.ts";
import { signalProcess } from "../../system/child/signal-process.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { showSource } from "./status.ts";

/** The longest waits, ms: a pass ends after 60 s, and an apply may take longer than anybody wants to wait. */
const syncTimeouts = { fetch: 75_000, apply: 30_000 } as const;

/** The time between two looks at the files of a source, ms. */
const lookMs = 100;

/**
 * Runs `fleet source sync`: has the watch fetch now, waits until it has applied the newest revision or refused it, and shows
 * the state.
 */
export async function syncSource(context: Context, file: string): Promise<ExitCode> {
  const { machine } = context;
  const first = readSource(file, machine);
  if (!first.ok) return report(context, first.diagnostics);
  const { fleet } = first.value.settings;
  const pid = readWatcher(layoutOf(fleet, `${fleet}-factory`, machine))?.pid;
  let source = first.value;
  const awaited = async (isThere: () => boolean, limitMs: number): Promise<boolean> => {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const read = readSource(file, machine);
      if (read.ok) source = read.value;
      if (isThere()) return true;
      if (performance.now() > deadline || context.caller?.stop.aborted === true) return false;
      await sleep(lookMs);
    }
  };
  // A pass that is under way may have fetched too early: the second one begins after this call.
  for (let pass = 0; pass < 2; pass += 1) {
    const before = source.seen?.at;
    if (pid === undefined || !signalProcess(pid, "SIGHUP")) return report(context, [noSourceWatch(fleet)]);
    if (!(await awaited(() => source.seen?.at !== before, syncTimeouts.fetch)))
      return report(context, [sourceNotFetched(fleet)]);
  }
  await awaited(() => isSettled(source), syncTimeouts.apply);
  await showSource(source, context);
  const trouble = source.seen?.trouble;
  return trouble ? exitCodeOf(troubleDiagnostics(trouble)[0]?.code) : exitCodes.ok;
}

/** Returns true if the newest revision is applied, or nothing more happens for it now. */
function isSettled(source: KnownSource): boolean {
  const { seen } = source;
  if (seen?.trouble || ordersOf(source).pin !== undefined) return true;
  return seen?.newest === anchorOf(source)?.revision;
}
