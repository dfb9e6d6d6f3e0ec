import { expect } from "vitest";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { apply, declare, fleet, waits, type FleetFile } from "./fleet.ts";
import { machineState } from "./state.ts";

/** The difference between a fleet and the one for the saved plans. */
export interface Turn {
  readonly one?: object;
  readonly two?: object;
  readonly idle?: object;
  readonly more?: Readonly<Record<string, object>>;
  readonly name?: string;
}

/** Returns the fleet with the given changes. */
export function turn({ one = {}, two = {}, idle = {}, more = {}, name = "mosaic" }: Turn = {}): FleetFile {
  const never = { policy: "no" };
  return {
    name,
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart", restart: never },
    agents: {
      one: { env: { API_TOKEN: "hush-declared" }, envFiles: ["~/secret.env"], ...one },
      two,
      idle: { onChange: "when-idle", idleAfter: "3s", ...idle },
      ...more,
    },
  };
}

/** Changes of one agent: a drop-in, a reload, an env file and a restart. */
export const changedOne: Turn = { one: { env: { API_TOKEN: "hush-renewed" }, resources: { tasksMax: 900 } } };
/** A change of the agent that has to be idle. */
export const idleChanged: Turn = { idle: { env: { MODEL: "haiku" } } };

/** Returns an agent's unit. */
export const unit = (agent: string): string => `mosaic-agent@${agent}.service`;
/** The file for saved plans, next to fleet.yaml. */
export const file = "plan.json";

/** The message about a plan that is no longer right. */
export const stale = `Error: ${file} is stale: the machine has changed since the plan was made`;

/** Returns a message without the line breaks that keep it narrow. */
export function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** Restores the initial fleet of every plan. */
export async function beginAnew(box: Sandbox): Promise<void> {
  await box.write("~/secret.env", "KEY=hush-file\n", 0o600);
  await declare(box, turn());
  await apply(box, "--now");
}

/** Saves the plan for a change, and returns the ids of its actions. */
export async function saveFor(
  box: Sandbox,
  change: Turn,
  ...args: readonly string[]
): Promise<readonly string[]> {
  await declare(box, turn(change));
  const ran = await fleet(box, "plan", "--out", file, "--json", ...args);
  if (ran.code !== 0) throw new Error(`fleet plan --out: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  return (JSON.parse(ran.stdout) as { actions: readonly { id: string }[] }).actions.map(({ id }) => id);
}

/** Applies the plan, which must end with this code, say these words and change nothing. */
export async function expectRefused(box: Sandbox, code: number, ...words: readonly string[]): Promise<Ran> {
  const before = await machineState(box);
  const ran = await fleet(box, "apply", file);
  expect({ code: ran.code, stdout: ran.stdout }, ran.stderr).toEqual({ code, stdout: "" });
  for (const word of words) expect(unwrapped(ran.stderr)).toContain(word);
  expect(await machineState(box)).toEqual(before);
  return ran;
}

/** Returns true if an agent runs. */
export const isActive = async (box: Sandbox, agent: string): Promise<boolean> =>
  (await box.run(["systemctl", "--user", "is-active", "--quiet", unit(agent)])).code === 0;
