import { entryWord } from "../entry-path.ts";
import { quoteShortened } from "../describe-path.ts";
import type { Problem } from "../problem.ts";
import type { AgentConfig, FleetConfig } from "../types.ts";

/** Returns the entries in which `run` contradicts the schedule or the restart policy. */
export function jobProblems({ agents, defaults }: FleetConfig): readonly Problem[] {
  return Object.entries(agents).flatMap(([name, entry]): readonly Problem[] => {
    const contradiction = contradictionIn(entry, entry.service === true ? undefined : defaults.restart);
    if (contradiction === undefined) return [];
    const section = entry.service === true ? "services" : "agents";
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
