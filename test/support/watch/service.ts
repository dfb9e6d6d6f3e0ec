import { linesOf, sessionState, unitState } from "../fleet/state.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";

/** The unit that watches the fleet `mosaic`. */
export const service = "mosaic-fleet.service";

/** Its place, and the place of the link that starts it at boot. */
export const serviceFiles = [
  "~/.config/systemd/user/mosaic-fleet.service",
  "~/.config/systemd/user/default.target.wants/mosaic-fleet.service",
] as const;

/** A line written by the service into the journal. */
export interface Entry {
  /** As syslog(3) has them: 3 for errors, 4 for warnings, 5 for notices, 6 for the rest. */
  readonly priority: number;
  readonly message: string;
}

/** Returns all lines written by the service of a fleet so far. */
export async function journal(box: Sandbox, identifier = "mosaic-fleet"): Promise<readonly Entry[]> {
  const text = await box.sh(`journalctl -q -o json -t ${identifier}`);
  return linesOf(text).map((line) => {
    const { PRIORITY, MESSAGE } = JSON.parse(line) as { PRIORITY: string; MESSAGE: string };
    return { priority: Number(PRIORITY), message: MESSAGE };
  });
}

/** Waits until a line fits that was written after the first `since`, and returns it. */
export async function awaitEntry(
  box: Sandbox,
  what: string,
  fits: RegExp,
  since = 0,
  identifier?: string,
): Promise<Entry> {
  let entries: readonly Entry[] = [];
  return until(`the journal says ${what}`, async () => {
    entries = await journal(box, identifier);
    return entries.slice(since).find(({ message }) => fits.test(message));
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${entries.map(({ message }) => message).join("\n")}`, {
      cause: error,
    });
  });
}

/** Returns a property of the unit, as `systemctl show` has it. */
export async function property(box: Sandbox, name: string, unit: string = service): Promise<string> {
  return (await box.sh(`systemctl --user show --property=${name} --value ${unit}`)).trimEnd();
}

/** Returns everything of the agents that a restart or a touch of tmux would change, without the watch. */
export async function agentState(box: Sandbox): Promise<readonly string[]> {
  const units = await unitState(box, "mosaic-agent@*.service", "mosaic-tmux-holder.service");
  return [...units, ...(await sessionState(box, "mosaic-factory"))];
}

/** Waits until `fleet status` has so many agents run, with nothing pending. */
export async function awaitRunning(box: Sandbox, count: number, env = {}): Promise<void> {
  const summary = `\n${count} ${count === 1 ? "agent" : "agents"}, ${count} running, nothing pending.`;
  const look = async (): Promise<boolean> => (await box.fleet(["status"], { env })).stdout.includes(summary);
  await until(`${count} run, and nothing is pending`, look);
}
