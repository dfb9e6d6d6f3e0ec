import { allowances, allowancesOf } from "../../../plan/allowances.ts";
import type { Exec } from "../../../system/exec.ts";
import type { UiChange } from "../../../ui/protocol.ts";
import { askFleet } from "./fleet-child.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";
import type { ChangeTarget } from "./change-targets.ts";

/**
 * Makes the plan of a change on one machine, and changes nothing. `file` is fleet.yaml; the plan of an apply is saved at
 * `path`. A change that touches no running agent has none.
 */
export async function planChange(
  exec: Exec,
  file: string,
  { verb, allow, now }: UiChange,
  target: ChangeTarget,
  path: string,
): Promise<PlannedChange> {
  const { host } = target;
  const end = endOf(file, target);
  switch (verb) {
    case "apply": {
      const saved = ["plan", "--json", "--out", path, ...(now ? ["--now"] : [])];
      return readPlan(await askFleet(exec, [...saved, ...allowedFor("apply", allow), ...end]), host);
    }
    case "restart":
    case "start":
    case "stop":
      // Without a consent, these print their plan and change nothing.
      return readPlan(await askFleet(exec, [verb, "--json", ...allowedFor(verb, allow), ...end]), host);
    case "suspend":
    case "resume":
      return { planned: { host, plan: null, problems: [], canRun: true }, sameness: "" };
  }
}

/** Returns the words of the command that carries out a change. An apply is that of its saved plan. */
export function wordsFor(
  { verb, allow }: UiChange,
  target: ChangeTarget,
  file: string,
  path: string,
): readonly string[] {
  const end = endOf(file, target);
  switch (verb) {
    case "apply":
      return ["apply", path];
    case "restart":
    case "start":
    case "stop":
      return [verb, "--yes", ...allowedFor(verb, allow), ...end];
    case "suspend":
    case "resume":
      return [verb, ...end];
  }
}

function endOf(file: string, { agents, host }: ChangeTarget): readonly string[] {
  return ["--file", file, ...(host === null ? [] : ["--host", host]), "--", ...agents];
}

/** Returns the typed flags that lift a guard, and that the command has. */
function allowedFor(
  verb: "apply" | "restart" | "start" | "stop",
  allow: UiChange["allow"],
): readonly string[] {
  const own = new Set<string>(allowancesOf(verb).map((name) => allowances[name].flag));
  return allow.filter((flag) => own.has(flag));
}
