import type { AgentConfig, FleetConfig } from "../../config/types.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Inputs } from "../inputs.ts";
import { agentUnit, dropInPath, envPath, layoutOf, linkPath, unitFilePath } from "../layout.ts";
import { markWithComment, markWithSection } from "../marks/file-mark.ts";
import { instancesOf, type Instance } from "../instances.ts";
import { dependentsOfJobs } from "../order/dependents-of-jobs.ts";
import { pacesOf } from "../pace.ts";
import { recipes, type RecipeContext, type Recipe } from "./recipe.ts";
import type { DropIn } from "../files/drop-in.ts";
import { renderServiceUnit } from "../files/service-unit.ts";
import { renderTimer } from "../schedule/timer.ts";
import { renderSharedFiles } from "../files/shared-files.ts";
import { expandHome } from "../../text/paths.ts";
import { hasWorktrees } from "../../config/entries/worktree.ts";
import { policyOf, type Policy } from "../marks/policy.ts";
import type { Desired, DesiredAgent } from "../types.ts";

/** Returns the desired state of a machine: every file, link and unit state in `config`. Pure. */
export function resolveFleet(config: FleetConfig, machine: Machine, inputs: Inputs): Desired {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const tmuxConfig = config.tmux.config && expandHome(config.tmux.config, machine.home);
  const hasPresets = Object.values(config.runtimes).some(({ preset }) => preset !== undefined);
  const shared = renderSharedFiles(layout, tmuxConfig, config.tmux.size, {
    presets: hasPresets,
    worktrees: hasWorktrees(config),
    host: config.host,
  });
  const instances = instancesOf(config);
  const sizeOfGroup = groupSizes(instances, config);
  const awaitedBy = dependentsOfJobs(instances, config);
  const context: RecipeContext = { config, machine, inputs, layout, sizeOfGroup, awaitedBy };
  const recipeFor = recipes(context);
  return {
    layout,
    shared: shared.files,
    unitsDigest: shared.unitsDigest,
    agents: instances.map((instance) => resolveAgent(instance, recipeFor(instance), context)),
    policies: new Map(Object.entries(config.agents).map(([name, entry]) => [name, policyIn(entry, config)])),
  };
}

/** Returns a function from a group of turns to the number of its agents, also of those declared as stopped. */
function groupSizes(instances: readonly Instance[], config: FleetConfig): (group: string) => number {
  let known: ReadonlyMap<string, number> | undefined;
  return (group) => (known ??= sizes()).get(group) ?? 0;

  function sizes(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const { entry } of instances) {
      for (const pace of pacesOf({ ...entry, runtime: entry.runtime ?? config.defaults.runtime }, config)) {
        found.set(pace.group, (found.get(pace.group) ?? 0) + 1);
      }
    }
    return found;
  }
}

function resolveAgent(
  instance: Instance,
  recipe: Recipe,
  { layout, machine, config }: RecipeContext,
): DesiredAgent {
  const { name } = instance;
  const { traits, env, dropIn, isService, schedule } = recipe;
  const mark = { fleet: layout.fleet, agent: name, protect: traits.protect };
  const policy = { onChange: traits.onChange, idleAfterMs: traits.idleAfterMs };
  return {
    name,
    unit: agentUnit(layout, name),
    home: machine.home,
    env: {
      role: "env",
      path: envPath(layout, name),
      mode: 0o600,
      content: markWithComment(env.text, { ...mark, policy }, env.digest),
    },
    dropIn:
      dropIn === undefined || isService
        ? undefined
        : {
            role: "drop-in",
            path: dropInPath(layout, name),
            mode: unitMode(dropIn),
            content: markWithSection(dropIn.text, mark),
          },
    unitFile: isService
      ? {
          role: "unit",
          path: unitFilePath(layout, name),
          mode: unitMode(dropIn),
          content: markWithSection(renderServiceUnit(dropIn?.text ?? "", layout, config.host), mark),
        }
      : undefined,
    timer:
      schedule === undefined || traits.state === "stopped" ? undefined : renderTimer(name, schedule, layout),
    link:
      traits.state === "running" && schedule === undefined
        ? {
            path: linkPath(layout, name),
            target: isService ? unitFilePath(layout, name) : layout.templatePath,
          }
        : undefined,
    formerly: instance.formerly,
    arrivesFrom: arrivalIn(config, name),
    // The traits come last: V8 takes ten times as long to spread them first and to add to them.
    ...traits,
  };
}

/** Returns the former host of an agent on its way; undefined for any other agent. */
function arrivalIn({ arrivals = {} }: FleetConfig, name: string): string | undefined {
  return Object.hasOwn(arrivals, name) ? arrivals[name] : undefined;
}

/** Returns the mode of the file with these settings. A command may contain a secret, as in an env file. */
function unitMode(settings: DropIn | undefined): number {
  return settings?.hasCommand === true ? 0o600 : 0o644;
}

function policyIn({ onChange, idleAfter, service }: AgentConfig, { defaults }: FleetConfig): Policy {
  if (service === true) return policyOf({ onChange: onChange ?? "restart" });
  return policyOf({ onChange: onChange ?? defaults.onChange, idleAfter: idleAfter ?? defaults.idleAfter });
}
