import { entryWord, sectionOf } from "../../entry-path.ts";
import { quoteShortened } from "../../describe-path.ts";
import type { Problem } from "../../problem.ts";
import { runsOnce } from "../../entries/runs-once.ts";
import type { AgentConfig, FleetConfig } from "../../types.ts";

/**
 * Returns the entries in which `run` contradicts the schedule or the restart policy, and the dependencies on a completion
 * that never comes.
 */
export function jobProblems(config: FleetConfig): readonly Problem[] {
  return [...contradictions(config), ...endlessWaits(config)];
}

function endlessWaits({ agents, defaults }: FleetConfig): readonly Problem[] {
  return Object.entries(agents).flatMap(([name, { dependsOn = [], service }]) =>
    dependsOn.flatMap(({ target, until }): readonly Problem[] => {
      const owner = until === "completed" ? entryOfTarget(target, agents) : undefined;
      if (owner === undefined || isJobEntry(owner, defaults.restart)) return [];
      const section = sectionOf({ service });
      const who = quoteShortened(target);
      return [
        {
          code: "invalid-value",
          summary: `${entryWord(section)} ${quoteShortened(name)} waits for the completion of ${who}, which is no job`,
          detail:
            owner.schedule === undefined
              ? "Only an agent or service with run: once completes its work."
              : "A schedule starts it at each of its times, so it never completes its work for good.",
          hint:
            owner.schedule === undefined
              ? `add run: once to ${who}, or write ${target}: started`
              : `write ${target}: started, or remove the schedule`,
          path: [section, name, "dependsOn", target],
          on: "value",
        },
      ];
    }),
  );
}

/** Returns the entry of an agent, or of a replica. A missing one is a problem of its own. */
function entryOfTarget(target: string, agents: FleetConfig["agents"]): AgentConfig | undefined {
  const own = Object.hasOwn(agents, target) ? agents[target] : undefined;
  const entry = target.replace(/-\d+$/, "");
  return own ?? (Object.hasOwn(agents, entry) ? agents[entry] : undefined);
}

function isJobEntry(
  { run, restart, schedule, service }: AgentConfig,
  usual: AgentConfig["restart"],
): boolean {
  const policy = restart?.policy ?? (service === true ? undefined : usual?.policy);
  return schedule === undefined && runsOnce(run, policy);
}

function contradictions({ agents, defaults }: FleetConfig): readonly Problem[] {
  return Object.entries(agents).flatMap(([name, entry]): readonly Problem[] => {
    const contradiction = contradictionIn(entry, entry.service === true ? undefined : defaults.restart);
    if (contradiction === undefined) return [];
    const section = sectionOf(entry);
    const { summary, detail, hint } = contradiction;
    return [
      {
        code: "invalid-value",
        summary: `${entryWord(section)} ${quoteShortened(name)} ${summary}`,
        detail,
        hint,
        path: [section, name, "run"],
        on: "value",
      },
    ];
  });
}

interface Contradiction {
  readonly summary: string;
  readonly detail: string;
  readonly hint: string;
}

function contradictionIn(
  { run, restart, schedule }: AgentConfig,
  usual: AgentConfig["restart"],
): Contradiction | undefined {
  if (run === undefined) return undefined;
  const policy = restart?.policy ?? usual?.policy;
  if (schedule !== undefined) {
    return {
      summary: "has both schedule and run",
      detail: "A schedule starts it at each of its times, whether it has completed its work before or not.",
      hint: "remove one of the two",
    };
  }
  if (run === "once" && policy === "always") {
    return {
      summary: "has run: once, but restart.policy: always",
      detail: "With always, systemd starts it again after each end.",
      hint: "write restart: { policy: on-failure } to repeat failed runs, or policy: no to repeat none",
    };
  }
  if (run === "continuously" && policy === "until-success") {
    return {
      summary: "has run: continuously, but restart.policy: until-success",
      detail: "With until-success, an exit status of 0 completes it.",
      hint: "write restart: { policy: on-failure }, or run: once",
    };
  }
  return undefined;
}
