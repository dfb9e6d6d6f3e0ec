import type { AgentConfig } from "../../config/types.ts";
import type { EnvFileVariable } from "../env/script-variables.ts";
import type { PlannerKey } from "../planner-values.ts";

/**
 * The way of each key of an agent to the machine. A key of the schema without a line here does not compile,
 * and the line leads on: a key in the `env-file` needs a variable below and a value in recipe.ts; a key in
 * the `drop-in` needs directives in files/directives.ts; the `planner` finds a key in DesiredAgent, by its own
 * name if the key is in planner-values.ts.
 */
type Carriers = EveryKey<
  {
    command: "env-file";
    runtime: "env-file";
    workdir: "env-file";
    env: "env-file";
    replicas: "env-file";
    description: "drop-in";
    dependsOn: "drop-in";
    envFiles: "drop-in";
    run: "drop-in";
    restart: "drop-in";
    stopTimeout: "drop-in";
    ready: "drop-in";
    stop: "drop-in";
    hooks: "drop-in";
    worktree: "drop-in";
    resources: "drop-in";
    onChange: "planner";
    idleAfter: "planner";
    formerly: "planner";
    log: "planner";
    service: "planner";
    windows: "planner";
    schedule: "planner";
    /** It decides which machine reads the entry at all: config/hosts/slice.ts. */
    hosts: "planner";
    profiles: "planner";
    isInactive: "planner";
  } & Readonly<Record<PlannerKey, "planner">>
>;

type EveryKey<T extends Readonly<Record<keyof AgentConfig, "env-file" | "drop-in" | "planner">>> = T;

/** Keys of an agent in fleet.yaml that reach the machine in this way. */
export type KeysIn<Carrier extends Carriers[keyof Carriers]> = {
  [Key in keyof Carriers]: Carriers[Key] extends Carrier ? Key : never;
}[keyof Carriers];

/** A field with a variable of its own. The field of `replicas` is the number of this one. */
export type VariableField = Exclude<KeysIn<"env-file">, "env" | "replicas"> | "replica";

/** In the order of the env file. */
const variables: Readonly<Record<VariableField, EnvFileVariable>> = {
  runtime: "MOSAIC_AGENT_RUNTIME",
  workdir: "MOSAIC_AGENT_WORKDIR",
  command: "MOSAIC_AGENT_COMMAND",
  replica: "MOSAIC_AGENT_REPLICA",
};

const variableEntries = Object.entries(variables);

const fieldOfVariable: ReadonlyMap<string, string> = new Map(
  variableEntries.map(([field, variable]) => [variable, field]),
);

/** Returns the variables for these values, each with its value. */
export function variablesWith(
  values: Readonly<Record<VariableField, string | undefined>>,
): readonly (readonly [string, string])[] {
  const known: Readonly<Record<string, string | undefined>> = values;
  const carried: (readonly [string, string])[] = [];
  for (const [field, variable] of variableEntries) {
    const value = known[field];
    if (value !== undefined) carried.push([variable, value]);
  }
  return carried;
}

/** Returns the field of fleet.yaml behind a variable of an env file: `command`, `workdir`, `env.NAME`, … */
export function fieldOf(variable: string): string {
  return fieldOfVariable.get(variable) ?? `env.${variable}`;
}
