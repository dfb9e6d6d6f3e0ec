import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";
import { asDeclared, mendedMs, startTimes, strike } from "./mending.ts";
import type { RunningWatch } from "./watcher.ts";

/** Waits until all agents have been started again since some time, and returns how long that took, ms. */
export async function allStarted(box: Sandbox, names: readonly string[], since: number): Promise<number> {
  const started = await until("all agents are started again", async () => {
    const known = await startTimes(box);
    const times = names.map((name) => known.get(name) ?? 0);
    return times.every((time) => time > since) && times;
  });
  return Math.max(...started) - since;
}

/** The times from the start of a new user manager, and from a stop of an agent under it, ms. */
interface ManagerTimes {
  /** Until the watch sees the manager. */
  readonly seen: number;
  /** Until all agents are started. */
  readonly started: number;
  /** From the stop of an agent until it is repaired. */
  readonly mended: number;
}

/**
 * Ends the user manager, starts another one, and stops an agent under it. Waits until all is as declared. The sandbox needs
 * the commands of `canRestartManager`.
 */
export async function managerTimes(
  box: Sandbox,
  watch: RunningWatch,
  names: readonly string[],
  victim: string,
): Promise<ManagerTimes> {
  const { length } = await watch.settled();
  await box.sh("/tmp/end-manager");
  await watch.waitFor("it tells that there is no manager", ({ event }) => event === "problem", length);
  const began = await strike(box, "/tmp/start-manager");
  const { time } = await watch.waitFor("that is over", ({ event }) => event === "problem-over", length);
  const started = await allStarted(box, names, began);
  await asDeclared(box, names);

  const { length: later } = await watch.settled();
  const stopped = await strike(box, `systemctl --user stop mosaic-agent@${victim}`);
  const mended = await mendedMs(watch, new RegExp(`^${victim} started: not-running$`), later);
  await asDeclared(box, names);
  return { seen: Date.parse(time) - began, started, mended: mended - stopped };
}
