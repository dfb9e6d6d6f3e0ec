import { prints, type FleetFile } from "../support/fleet/fleet.ts";

/** One agent in fleet.yaml, as far as a walk changes it. */
export interface Spec {
  /** Counts its configurations: the value of GEN in its environment. */
  readonly gen: number;
  readonly command: keyof typeof commands;
  readonly state: "running" | "stopped";
  readonly onChange: "restart" | "when-idle" | "keep";
  /** `1h` is longer than a walk lets anybody be idle. */
  readonly idleAfter: "1s" | "1h";
  readonly protect: boolean;
  readonly tasksMax: number | undefined;
  readonly description: string | undefined;
  readonly after: string | undefined;
  readonly hasEnvFile: boolean;
}

/** The declared agents by name, in the order of their names. */
export type Declared = Readonly<Record<string, Spec>>;

/** A command line that says `up`, and outlives every walk. */
export const staysUp = "echo up; exec sleep infinity";

const commands = {
  quiet: staysUp,
  works: prints("tick", 0.2),
  stubborn: "trap '' TERM HUP; echo up; sleep infinity",
  leaves: "setsid --fork sleep infinity; echo up; sleep infinity & wait",
  fails: "echo oops; exit 3",
} as const;

/** A text in every secret value. No person may ever see it, whatever else the value contains. */
export const canary = "SOAKCANARY";

/** The file for those secrets of the agents in no fleet.yaml. */
export const secretFile = "work/secret.env";

const plain: Spec = {
  gen: 1,
  command: "quiet",
  state: "running",
  onChange: "restart",
  idleAfter: "1h",
  protect: false,
  tasksMax: undefined,
  description: undefined,
  after: undefined,
  hasEnvFile: false,
};

/** The initial fleet of a walk: every policy, and every kind of command except a failing one. */
export const beginning: Declared = {
  ant: plain,
  bee: { ...plain, command: "works", onChange: "when-idle" },
  cat: { ...plain, onChange: "keep", hasEnvFile: true },
  dog: { ...plain, command: "leaves", onChange: "when-idle", idleAfter: "1s", tasksMax: 99 },
  elk: { ...plain, command: "stubborn", protect: true, after: "ant" },
};

type Change = (spec: Spec, names: readonly string[]) => Spec;

const changes = {
  env: ({ gen, ...spec }) => ({ ...spec, gen: gen + 1 }),
  limit: (spec) => ({ ...spec, tasksMax: spec.tasksMax === undefined ? 77 : undefined }),
  description: (spec) => ({ ...spec, description: `the ${spec.gen}th` }),
  policy: (spec) => ({ ...spec, onChange: next(["restart", "when-idle", "keep"], spec.onChange) }),
  patience: (spec) => ({ ...spec, idleAfter: spec.idleAfter === "1s" ? "1h" : "1s" }),
  command: (spec) => ({
    ...spec,
    gen: spec.gen + 1,
    command: next(["quiet", "works", "stubborn", "leaves"], spec.command),
  }),
  mistake: (spec) => ({ ...spec, gen: spec.gen + 1, command: "fails" }),
  stop: (spec) => ({ ...spec, state: "stopped" }),
  run: (spec) => ({ ...spec, state: "running" }),
  protect: (spec) => ({ ...spec, protect: !spec.protect }),
  order: (spec, names) => ({ ...spec, after: spec.after === undefined ? names[0] : undefined }),
  secret: (spec) => ({ ...spec, hasEnvFile: !spec.hasEnvFile }),
} satisfies Record<string, Change>;

/** An edit of fleet.yaml; common edits come more often. */
export type Edit = keyof typeof changes | "add" | "remove";
export const edits: readonly Edit[] = [
  ...(["env", "env", "env", "env", "add", "add", "remove", "stop", "run", "run"] as const),
  ...(Object.keys(changes) as readonly (keyof typeof changes)[]),
];

/** Returns the fleet after an edit; undefined if the edit does not apply to this agent. */
export function edited(declared: Declared, name: string, edit: Edit, gen: number): Declared | undefined {
  const spec = declared[name];
  if (edit === "add") return spec ? undefined : sorted({ ...declared, [name]: { ...plain, gen } });
  if (spec === undefined) return undefined;
  if (edit === "remove") {
    const rest = Object.entries(declared).filter(([other]) => other !== name);
    return Object.fromEntries(rest.map(([other, one]) => [other, without(one, name)]));
  }
  // Later agents in the alphabet start later: there are no circles.
  const earlier = Object.keys(declared).filter((other) => other < name);
  return { ...declared, [name]: changes[edit](spec, earlier) };
}

/** Returns the fleet with the agent `handy`. */
export function withHandy(declared: Declared, gen: number): Declared {
  return sorted({ ...declared, handy: { ...plain, gen } });
}

/** Returns the env file of an agent, as a person writes it by hand to get the declared state. */
export function handEnv(declared: Declared, name: string): string {
  const spec = declared[name];
  if (spec === undefined) return "";
  const variables = { MOSAIC_AGENT_COMMAND: commands[spec.command], ...variablesOf(name, spec) };
  return Object.entries(variables)
    .map(([variable, value]) => `${variable}="${value}"\n`)
    .join("");
}

/** Returns fleet.yaml as values. */
export function fleetFile(declared: Declared): FleetFile {
  return {
    agents: Object.fromEntries(Object.entries(declared).map(([name, spec]) => [name, entry(name, spec)])),
  };
}

/** Returns values that identify an agent's processes; GEN also identifies the configuration. */
function variablesOf(name: string, { gen }: Spec): Readonly<Record<string, string>> {
  return { WHO: name, GEN: String(gen), API_TOKEN: `${canary}-${name}-${gen}` };
}

function entry(name: string, spec: Spec): object {
  const { tasksMax, description, after } = spec;
  return {
    command: commands[spec.command],
    env: variablesOf(name, spec),
    state: spec.state,
    onChange: spec.onChange,
    idleAfter: spec.idleAfter,
    protect: spec.protect,
    stopTimeout: "1s",
    restart: { policy: spec.command === "fails" ? "no" : "on-failure", delay: "200ms" },
    ...(tasksMax === undefined ? {} : { resources: { tasksMax } }),
    ...(description === undefined ? {} : { description }),
    ...(after === undefined ? {} : { dependsOn: [after] }),
    ...(spec.hasEnvFile ? { envFiles: [`~/${secretFile}`] } : {}),
  };
}

function next<T>(all: readonly T[], current: T): T {
  const following = all[(all.indexOf(current) + 1) % all.length];
  return following ?? current;
}

function without(spec: Spec, name: string): Spec {
  return spec.after === name ? { ...spec, after: undefined } : spec;
}

function sorted(declared: Declared): Declared {
  return Object.fromEntries(Object.entries(declared).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
