import type { AgentConfig, AgentDefaults, FleetConfig } from "../config/types.ts";
import type { Machine } from "../machine/machine.ts";
import { isJob } from "./marks/completion.ts";
import { configMark, formatConfigMark, variableFields, type ConfigMark } from "./marks/config-mark.ts";
import { renderDropIn } from "./files/drop-in.ts";
import { renderEnvFile } from "./files/env-file.ts";
import { variablesWith } from "./marks/fields.ts";
import { formerConfigs } from "./marks/former-configs.ts";
import { environmentKey, type Inputs } from "./inputs.ts";
import { agentUnit, dropInPath, envPath, layoutOf, linkPath, type Layout } from "./layout.ts";
import { markWithComment, markWithSection } from "./marks/file-mark.ts";
import { replicaNames } from "../config/schema/replicas.ts";
import { instancesOf, type Instance } from "./instances.ts";
import { renderSharedFiles } from "./files/shared-files.ts";
import { expandHome } from "../text/paths.ts";
import { defaultPolicy, type Policy } from "./marks/policy.ts";
import { commandLine } from "./files/command-line.ts";
import type { Desired, DesiredAgent, DesiredFile, Need } from "./types.ts";
import { defaultStopTimeoutMs } from "./stop-timeout.ts";

/** Returns the desired state of a machine: every file, link and unit state in `config`. Pure. */
export function resolveFleet(config: FleetConfig, machine: Machine, inputs: Inputs): Desired {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const tmuxConfig = config.tmux.config && expandHome(config.tmux.config, machine.home);
  const shared = renderSharedFiles(layout, tmuxConfig, config.tmux.size);
  const context: Context = { config, machine, inputs, layout };
  return {
    layout,
    shared: shared.files,
    unitsDigest: shared.unitsDigest,
    agents: instancesOf(config).map((instance) => resolveAgent(instance, context)),
    policies: new Map(Object.entries(config.agents).map(([name, entry]) => [name, policyIn(entry, config)])),
  };
}

interface Context {
  readonly config: FleetConfig;
  readonly machine: Machine;
  readonly inputs: Inputs;
  readonly layout: Layout;
}

function resolveAgent(instance: Instance, context: Context): DesiredAgent {
  const { layout, machine, inputs } = context;
  const entry = withDefaults(instance.entry, context.config);
  const state = entry.state ?? "running";
  const workdir = expandHome(entry.workdir ?? "~", machine.home);
  const envFiles = (entry.envFiles ?? []).map((path) => expandHome(path, machine.home));
  const variables = agentVariables(instance, entry, workdir, context);
  const config = configMark(layout.fleet, fieldsOf(variables, envFiles, inputs));
  const dependencies = (entry.dependsOn ?? []).flatMap((target) =>
    dependencyInstances(target, context.config),
  );
  return {
    name: instance.name,
    unit: agentUnit(layout, instance.name),
    home: machine.home,
    state,
    ...policyOf(entry),
    stopTimeoutMs: entry.stopTimeout ?? defaultStopTimeoutMs,
    protect: entry.protect ?? false,
    isJob: isJob(entry.restart?.policy),
    config,
    formerConfigs: formerConfigs(config, entry, variables, machine, inputs),
    env: envFile(instance.name, entry, variables, config, layout),
    dropIn: dropIn(instance.name, entry, envFiles, dependencies, layout),
    link:
      state === "running"
        ? { path: linkPath(layout, instance.name), target: layout.templatePath }
        : undefined,
    wants: dependencies.filter(({ runs }) => runs).map(({ name }) => name),
    needs: missingNeeds(workdir, envFiles, inputs),
    formerly: instance.formerly,
  };
}

function policyIn({ onChange, idleAfter }: AgentConfig, { defaults }: FleetConfig): Policy {
  return policyOf({ onChange: onChange ?? defaults.onChange, idleAfter: idleAfter ?? defaults.idleAfter });
}

function policyOf({ onChange, idleAfter }: AgentConfig): Policy {
  return {
    onChange: onChange ?? defaultPolicy.onChange,
    idleAfterMs: idleAfter ?? defaultPolicy.idleAfterMs,
  };
}

/** Merges an entry over the fleet's defaults: maps key by key, the defaults' envFiles first. */
function withDefaults(entry: AgentConfig, { defaults }: FleetConfig): AgentConfig {
  return {
    ...defaults,
    ...entry,
    ...mergedMaps(defaults, entry),
    envFiles: [...(defaults.envFiles ?? []), ...(entry.envFiles ?? [])],
  };
}

/** Keys with a map as their value. */
type MapKey = {
  [Key in keyof AgentDefaults]-?: NonNullable<AgentDefaults[Key]> extends
    string | number | boolean | readonly unknown[]
    ? never
    : Key;
}[keyof AgentDefaults];

function mergedMaps(
  base: AgentDefaults,
  over: AgentConfig,
): { readonly [Key in MapKey]: AgentDefaults[Key] | undefined } {
  return {
    env: merged(base.env, over.env),
    labels: merged(base.labels, over.labels),
    restart: merged(base.restart, over.restart),
    resources: merged(base.resources, over.resources),
  };
}

/** Copies nothing if there is nothing to merge, as for most agents of a large fleet. */
function merged<T extends object>(base: T | undefined, over: T | undefined): T | undefined {
  return base === undefined || over === undefined ? (over ?? base) : { ...base, ...over };
}

/** Returns the variables for the start script and the agent, the fleet's own keys first. */
function agentVariables(
  { replica }: Instance,
  entry: AgentConfig,
  workdir: string,
  { config, layout }: Context,
): ReadonlyMap<string, string> {
  const { runtime } = entry;
  const runtimeCommand =
    runtime !== undefined && Object.hasOwn(config.runtimes, runtime)
      ? config.runtimes[runtime]?.command
      : undefined;
  const command = entry.command ?? runtimeCommand;
  const own = variablesWith({
    runtime,
    workdir,
    command: command === undefined ? undefined : commandLine(command),
    replica: replica?.toString(),
  });
  const variables = new Map([["MOSAIC_TMUX_SOCKET", layout.socket], ...own]);
  for (const name of Object.keys(entry.env ?? {}).sort()) variables.set(name, entry.env?.[name] ?? "");
  return variables;
}

/** Returns the fields of fleet.yaml that decide whether a running agent is as declared. */
function fieldsOf(
  variables: ReadonlyMap<string, string>,
  envFiles: readonly string[],
  inputs: Inputs,
): ReadonlyMap<string, string> {
  const fields = variableFields(variables);
  if (envFiles.length === 0) return fields;
  const known = inputs.environments?.get(environmentKey(envFiles));
  const text = known ?? JSON.stringify(envFiles.map((path) => [path, inputs.envFiles.get(path)]));
  return new Map([...fields, ["envFiles", text]]);
}

function envFile(
  name: string,
  entry: AgentConfig,
  variables: ReadonlyMap<string, string>,
  config: ConfigMark,
  layout: Layout,
): DesiredFile {
  const text = renderEnvFile(new Map([...variables, ["MOSAIC_AGENT_CONFIG", formatConfigMark(config)]]));
  const mark = { fleet: layout.fleet, agent: name, protect: entry.protect, policy: policyOf(entry) };
  const content = markWithComment(text, mark);
  return { role: "env", path: envPath(layout, name), mode: 0o600, content };
}

function dropIn(
  name: string,
  entry: AgentConfig,
  envFiles: readonly string[],
  dependencies: readonly Dependency[],
  layout: Layout,
): DesiredFile | undefined {
  const settings = {
    agent: entry,
    after: dependencies.map(({ name: dependency }) => agentUnit(layout, dependency)),
    wants: dependencies
      .filter(({ runs }) => runs)
      .map(({ name: dependency }) => agentUnit(layout, dependency)),
    envFiles,
  };
  const text = renderDropIn(settings, layout);
  if (text === undefined) return undefined;
  const content = markWithSection(text, { fleet: layout.fleet, agent: name, protect: entry.protect });
  return { role: "drop-in", path: dropInPath(layout, name), mode: 0o644, content };
}

interface Dependency {
  readonly name: string;
  /**
   * True if the dependency is to run. Otherwise it only orders, because Wants= would start an agent declared
   * as stopped.
   */
  readonly runs: boolean;
}

function dependencyInstances(target: string, config: FleetConfig): readonly Dependency[] {
  for (const [name, entry] of Object.entries(config.agents)) {
    const runs = (entry.state ?? config.defaults.state ?? "running") === "running";
    const names = replicaNames(name, entry.replicas);
    if (name === target) return names.map((instance) => ({ name: instance, runs }));
    if (names.includes(target)) return [{ name: target, runs }];
  }
  return [];
}

function missingNeeds(workdir: string, envFiles: readonly string[], inputs: Inputs): readonly Need[] {
  return [
    ...(inputs.workdirs.get(workdir) === "directory"
      ? []
      : [{ reason: "workdir-missing", path: workdir } as const]),
    ...envFiles.flatMap((path): readonly Need[] => {
      const input = inputs.envFiles.get(path);
      if (input?.kind === "unreadable") {
        return [{ reason: "env-file-unreadable", path: `${path} ${input.message}` }];
      }
      return input?.kind === "content" ? [] : [{ reason: "env-file-missing", path }];
    }),
    ...envFiles.flatMap((path) => {
      const input = inputs.envFiles.get(path);
      if (input?.kind !== "content" || input.unusableLine === undefined) return [];
      return [{ reason: "env-file-invalid", path: `${path}:${input.unusableLine}` } as const];
    }),
  ];
}
