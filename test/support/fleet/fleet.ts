import { stringify } from "yaml";
import type { AgentPlan } from "../../../src/plan/agent-plan.ts";
import type { Action, FileChange, Plan } from "../../../src/plan/types.ts";
import { isBrief } from "../rig/inside/brief.mjs";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { checkJson } from "./check-json.ts";

/** A fleet.yaml as plain values. */
export interface FleetFile {
  readonly name?: string;
  readonly tmux?: object;
  readonly runtimes?: Readonly<Record<string, object>>;
  readonly notify?: readonly object[];
  readonly defaults?: object;
  readonly agents: Readonly<Record<string, object>>;
  readonly services?: Readonly<Record<string, object>>;
}

/** The output of `fleet plan --json`, as far as tests read it. */
export interface PlannedFleet extends Pick<Plan, "fleet" | "summary" | "unmanaged" | "refusals"> {
  /** The notes in words. */
  readonly notes: readonly string[];
  readonly agents: readonly AgentPlan[];
  readonly shared: readonly FileChange[];
  readonly actions: readonly Pick<Action, "id" | "kind" | "target" | "agent" | "reason" | "cost">[];
}

/** The places of an agent's files in the fleet `mosaic`, below ~/.config. */
export const pathOf = {
  env: (agent: string) => `mosaic/fleet/agents/${agent}.env`,
  dropIns: (agent: string) => `systemd/user/mosaic-agent@${agent}.service.d/`,
  dropIn: (agent: string) => `systemd/user/mosaic-agent@${agent}.service.d/50-fleet.conf`,
  link: (agent: string) => `systemd/user/default.target.wants/mosaic-agent@${agent}.service`,
} as const;

/** A command line that does not end: it says `up`, and waits. */
export const waits = "echo up; exec sleep 1000";

/**
 * Returns a command line that runs a script of bash in one process. In the script, `nap SECONDS` is a `sleep` that starts
 * no program: a loop with a `sleep` takes a hundred times the processor time. Traps run after each nap.
 */
export function napping(script: string): string {
  const whole = `exec 3<> <(:); nap() { read -rt "$1" -u 3; }; ${script}`;
  return `exec bash -c '${whole.replaceAll("'", String.raw`'\''`)}'`;
}

/** Returns a command line that prints a line again and again, so many seconds apart. */
export function prints(line: string, seconds: number): string {
  return napping(`while :; do echo "${line}"; nap ${seconds}; done`);
}

/** Returns a command line that prints ten lines a second until a file is there, and then waits. */
export function printsUntil(path: string): string {
  return napping(`until [ -e ${path} ]; do echo tick; nap 0.1; done; exec sleep 1000`);
}

/**
 * A program that loads for a while before it fails. tmux also loses, now and then, the last output
 * of a process just before its end.
 */
export const loads = "timeout 0.6 sh -c 'while :; do :; done' || :";

/** Writes fleet.yaml to the place where `fleet` finds it, from values or as its text. */
export async function declare(box: Sandbox, content: FleetFile | string): Promise<void> {
  const text = typeof content === "string" ? content : stringify({ version: 1, ...content });
  await box.write("~/work/fleet.yaml", text);
}

/** Runs `fleet ARGS…` next to its fleet.yaml. Throws if its JSON does not fit the schema of the command. */
export async function fleet(box: Sandbox, ...args: readonly string[]): Promise<Ran> {
  const ran = isBrief(args) ? await box.fleet(args) : await box.run(["fleet", ...args]);
  checkJson(args, ran.stdout);
  return ran;
}

/** Returns the plan for the declared fleet; throws with all output if there is none. */
export async function plan(box: Sandbox, ...args: readonly string[]): Promise<PlannedFleet> {
  const ran = await fleet(box, "plan", "--json", ...args);
  if (ran.code !== 0) throw new Error(`fleet plan: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  const printed = JSON.parse(ran.stdout) as Omit<PlannedFleet, "notes"> & {
    readonly notes: readonly { readonly message: string }[];
  };
  return { ...printed, notes: printed.notes.map(({ message }) => message) };
}

/** Applies the declared fleet, and returns its external commands; throws if it does not exit with 0. */
export async function apply(box: Sandbox, ...args: readonly string[]): Promise<readonly string[]> {
  const ran = await fleet(box, "apply", "--yes", "-v", ...args);
  if (ran.code !== 0) throw new Error(`fleet apply: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  return commandsIn(ran.stderr);
}

/**
 * Returns the external commands reported by a run with -v: every one goes through the one exec port, which traces it.
 */
export function commandsIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^\$ (.*) {2}\[.*, \d+ ms\]$/gm)].map(([, command = ""]) => command);
}

/** Returns those of the commands that are more than readings, as `VERB UNIT…`. */
export function verbsIn(commands: readonly string[]): readonly string[] {
  return commands
    .filter((command) => !readings.some((reading) => command.startsWith(reading)))
    .map((command) =>
      command.replace(/^tmux .* if-shell .*@mosaic_agent '([\w-]+)' ; .*@mosaic_config.*$/, "tag $1"),
    )
    .map((command) =>
      withoutUnitNames(command.replace("systemctl --user --no-ask-password ", "").replace(" -- ", " ")),
    );
}

const readings = [
  "systemctl --user --no-ask-password list-units ",
  "systemctl --user --no-ask-password show ",
  "tmux -N -L mosaic-factory display-message -p #{pid} #{version} ; list-panes ",
  "tmux -N -L mosaic-factory capture-pane ",
  "journalctl ",
];

/** Calls the units of fleet `mosaic` by their agents' names, and its holder `holder`. */
export function withoutUnitNames(text: string): string {
  return text
    .replaceAll(/mosaic-agent@([A-Za-z0-9_-]+)\.service(?!\.)/g, "$1")
    .replaceAll("mosaic-tmux-holder.service", "holder");
}

/** Runs a tmux command on the fleet's socket; throws with its output if it fails. */
export async function tmux(box: Sandbox, ...args: readonly string[]): Promise<string> {
  const ran = await box.run(["tmux", "-N", "-L", "mosaic-factory", ...args]);
  if (ran.code !== 0) throw new Error(`tmux ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout;
}
