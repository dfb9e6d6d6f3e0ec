import { mergedMaps } from "../../config/entries/merged-defaults.ts";
import type { AgentConfig, FleetConfig } from "../../config/types.ts";
import { profilesOf } from "../../config/profiles/active.ts";
import type { Machine } from "../../machine/machine.ts";
import { programOf } from "../../runtimes/program.ts";
import { isCompletable } from "../marks/completion.ts";
import { configMark, formatConfigMark, variableFields } from "../marks/config-mark.ts";
import { scheduleOf, type Schedule } from "../schedule/timer.ts";
import { renderDropIn, type DropIn } from "../files/drop-in.ts";
import type { EnvFileVariable } from "../env/script-variables.ts";
import { renderEnvFile } from "../env/env-file.ts";
import { formatLogSetting, logSettingOf, logVariable } from "../log-setting.ts";
import { variablesWith } from "../marks/fields.ts";
import { windowsScript } from "../windows/windows-script.ts";
import { desiredWindows, windowsVariable } from "../windows/windows.ts";
import { formerConfigs } from "../marks/former-configs.ts";
import { environmentKey, type Inputs } from "../inputs.ts";
import { agentUnit, type Layout } from "../layout.ts";
import { recurringDigest } from "../../text/digests/known-digests.ts";
import type { Instance } from "../instances.ts";
import { expandHome } from "../../text/paths.ts";
import { longestQueueMs, pacesOf } from "../pace.ts";
import { policyOf } from "../marks/policy.ts";
import { commandLine, hookLine } from "../files/command-line.ts";
import { dependencyFinder, type OrderedAgent } from "../order/dependency-finder.ts";
import { plannerValues } from "../planner-values.ts";
import type { Need } from "../need.ts";
import type { DesiredAgent } from "../types.ts";
import { presetFor } from "./preset-for.ts";
import { withWorktreeAtHome, worktreeNeeds } from "../files/worktree-needs.ts";
import { furtherStartMs, hookTimeMs, stopTimes, wholeStopMs } from "../stop-timeout.ts";

/** The sources of an agent's desired state. */
export interface RecipeContext {
  readonly config: FleetConfig;
  readonly machine: Machine;
  readonly inputs: Inputs;
  readonly layout: Layout;
  /** Returns the number of agents that take turns in a group. */
  readonly sizeOfGroup: (group: string) => number;
  /** Returns the agents that start once this job is completed. */
  readonly awaitedBy: (job: string) => readonly string[];
}

/** The part of a desired agent that does not depend on its name. */
type Traits = Omit<
  DesiredAgent,
  "name" | "unit" | "home" | "formerly" | "env" | "dropIn" | "unitFile" | "timer" | "link"
>;

/** The result of an entry for all agents with that entry. */
export interface Recipe {
  readonly traits: Traits;
  /** The text of the env file without its mark. */
  readonly env: { readonly text: string; readonly digest: string };
  /** Undefined if the template says it all. */
  readonly dropIn: DropIn | undefined;
  /** True for a service: the settings are part of its unit file. */
  readonly isService: boolean;
  /** Undefined without one. */
  readonly schedule: Schedule | undefined;
}

/**
 * Returns a function from an agent to its recipe. Agents with the same entry share one: in a fleet of a
 * hundred agents there are few kinds of them, and a recipe is most of the work of resolving an agent.
 */
export function recipes(context: RecipeContext): (instance: Instance) => Recipe {
  const known = new Map<string, Recipe>();
  const dependenciesOf = dependencyFinder(context.config);
  return (instance) => {
    const awaitedBy = context.awaitedBy(instance.name);
    const key = JSON.stringify([instance.replica, instance.entry, awaitedBy]);
    const recipe = known.get(key) ?? recipeOf(instance, context, dependenciesOf, awaitedBy);
    known.set(key, recipe);
    return recipe;
  };
}

function recipeOf(
  { replica, entry: own }: Instance,
  context: RecipeContext,
  dependenciesOf: (target: string) => readonly OrderedAgent[],
  awaitedBy: readonly string[],
): Recipe {
  const { layout, machine, inputs } = context;
  const entry = withWorktreeAtHome(withDefaults(own, context.config), machine.home);
  const workdir = expandHome(entry.workdir ?? "~", machine.home);
  const envFiles = (entry.envFiles ?? []).map((path) => expandHome(path, machine.home));
  const variables = agentVariables(replica, entry, workdir, context);
  const config = configMark(layout.fleet, fieldsOf(variables, envFiles, inputs));
  const dependsOn = entry.dependsOn ?? [];
  const dependencies = dependsOn.flatMap(({ target }) => dependenciesOf(target));
  const awaits = dependsOn
    .filter(({ until }) => until === "completed")
    .flatMap(({ target }) => dependenciesOf(target).map(({ name }) => name));
  const wants = dependencies.filter(({ runs }) => runs).map(({ name }) => name);
  const logSetting = logSettingOf(entry.log);
  const log = logSetting && formatLogSetting(logSetting);
  const windows = desiredWindows(entry.windows, workdir, machine.home);
  const text = renderEnvFile(
    new Map([
      ...variables,
      ...(log === undefined ? [] : [[logVariable, log] as const]),
      ...(windows.length === 0 ? [] : [[windowsVariable, windowsScript(windows)] as const]),
      ["MOSAIC_AGENT_CONFIG" satisfies EnvFileVariable, formatConfigMark(config)],
    ]),
  );
  const paces = pacesOf(entry, context.config);
  const settings = {
    agent: entry,
    paces,
    after: dependencies.map(({ name }) => agentUnit(layout, name)),
    wants: wants.map((name) => agentUnit(layout, name)),
    awaits,
    awaitedBy,
    envFiles,
    preset: presetFor(entry, context.config),
  };
  const traits: Traits = {
    stopTimeoutMs: wholeStopMs(stopTimes(entry)),
    program: programOf(runtimeOf(entry, context.config), entry.command),
    ...furtherStart(furtherStartMs(entry)),
    ...(paces.length === 0
      ? {}
      : {
          startTurns: paces.map(({ group, parallel, intervalMs }) => ({ group, parallel, intervalMs })),
          startQueueMs: longestQueueMs(paces, context.sizeOfGroup),
        }),
    ...onWaiting(entry),
    ...inProfiles(own),
    isJob: isCompletable(entry),
    log,
    ...(windows.length === 0 ? {} : { windows }),
    config,
    ...(own.service === true
      ? {}
      : { formerConfigs: formerConfigs(config, entry, variables, machine, inputs) }),
    wants,
    ...(awaits.length === 0 ? {} : { awaits }),
    needs: [
      ...(entry.worktree === undefined
        ? workdirNeeds(workdir, inputs)
        : worktreeNeeds(entry.worktree, context)),
      ...envFileNeeds(envFiles, inputs),
    ],
    ...policyOf(entry),
    ...plannerValues(entry),
  };
  return {
    traits,
    env: { text, digest: recurringDigest(text) },
    dropIn: renderDropIn(settings, layout),
    isService: own.service === true,
    schedule: scheduleOf(own),
  };
}

/**
 * Merges an entry over the fleet's defaults, maps key by key. It has the envFiles of the defaults already. The defaults are
 * those of agents: a service has none of them.
 */
function withDefaults(entry: AgentConfig, { defaults }: FleetConfig): AgentConfig {
  if (entry.service === true) return { onChange: "restart", ...entry };
  // The worktree has the keys of the defaults already: see fill-entry.ts.
  return { ...defaults, ...entry, ...mergedMaps(defaults, entry), worktree: entry.worktree };
}

function onWaiting({ hooks }: AgentConfig): Pick<DesiredAgent, "onWaiting"> {
  if (hooks?.onWaiting === undefined) return {};
  return { onWaiting: { line: hookLine(hooks.onWaiting), timeoutMs: hookTimeMs(hooks) } };
}

function inProfiles(entry: AgentConfig): Pick<DesiredAgent, "profiles"> {
  const names = profilesOf(entry);
  return names.length === 0 ? {} : { profiles: { names, isActive: entry.isInactive !== true } };
}

function furtherStart(ms: number): Pick<DesiredAgent, "furtherStartMs"> {
  return ms === 0 ? {} : { furtherStartMs: ms };
}

/** Returns the variables for the start script and the agent, the fleet's own keys first. */
function agentVariables(
  replica: number | undefined,
  entry: AgentConfig,
  workdir: string,
  { config, layout }: RecipeContext,
): ReadonlyMap<string, string> {
  const { runtime } = entry;
  const command = entry.command ?? runtimeOf(entry, config)?.command;
  const own = variablesWith({
    runtime,
    workdir,
    command: command === undefined ? undefined : commandLine(command),
    replica: replica?.toString(),
  });
  const variables = new Map([["MOSAIC_TMUX_SOCKET" satisfies EnvFileVariable, layout.socket], ...own]);
  for (const name of Object.keys(entry.env ?? {}).sort()) variables.set(name, entry.env?.[name] ?? "");
  return variables;
}

function runtimeOf(
  { runtime }: AgentConfig,
  { runtimes }: FleetConfig,
): FleetConfig["runtimes"][string] | undefined {
  return runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
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

function workdirNeeds(workdir: string, { workdirs }: Inputs): readonly Need[] {
  return workdirs.get(workdir) === "directory" ? [] : [{ reason: "workdir-missing", path: workdir }];
}

function envFileNeeds(envFiles: readonly string[], inputs: Inputs): readonly Need[] {
  return [
    ...envFiles.flatMap((path): readonly Need[] => {
      const input = inputs.envFiles.get(path);
      if (input?.kind === "unreadable") {
        return [{ reason: "env-file-unreadable", path, trouble: input.trouble }];
      }
      return input?.kind === "content" ? [] : [{ reason: "env-file-missing", path }];
    }),
    ...envFiles.flatMap((path) => {
      const input = inputs.envFiles.get(path);
      if (input?.kind !== "content" || input.unusableLine === undefined) return [];
      return [{ reason: "env-file-invalid", path, line: input.unusableLine } as const];
    }),
  ];
}
