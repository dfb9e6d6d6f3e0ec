import {
  allowanceNames,
  allowances,
  allowancesOf,
  type AllowanceFlags,
} from "../../../../plan/allowances.ts";
import type { UiChange } from "../../../../ui/changes/ui-change.ts";
import type { ChangeTarget } from "../child/change-targets.ts";

/**
 * Returns the words of the command that plans a change, and changes nothing; undefined for a change that touches no running
 * agent. The plan of an apply is saved at `path`.
 */
export function planWordsFor(
  { allow, now, verb }: UiChange,
  target: ChangeTarget,
  file: string,
  path: string,
): readonly string[] | undefined {
  const end = endOf(file, target);
  switch (verb) {
    case "apply": {
      const saved = ["plan", "--json", "--out", path, ...(now ? ["--now"] : [])];
      return [...saved, ...allowedFor("apply", allow), ...end];
    }
    case "restart":
    case "start":
    case "stop":
      // Without a consent, these print their plan and change nothing.
      return [verb, "--json", ...allowedFor(verb, allow), ...end];
    case "rollback":
    case "suspend":
    case "resume":
      return undefined;
  }
}

/** Returns what somebody has typed to allow more than fleet.yaml does, for the plan of an apply or a rollback. */
export function allowancesFor({ allow, now }: Pick<UiChange, "allow" | "now">): AllowanceFlags {
  const given = new Set<string>(allow);
  const typed = allowanceNames.filter((name) => given.has(allowances[name].flag));
  return { ...Object.fromEntries(typed.map((name) => [name, true])), ...(now ? { now } : {}) };
}

/** Returns the words of the command that carries out a change. An apply is that of its saved plan. */
export function wordsFor(
  { verb, allow, revision = "" }: UiChange,
  target: ChangeTarget,
  file: string,
  path: string,
): readonly string[] {
  const end = endOf(file, target);
  switch (verb) {
    case "apply":
      return ["apply", path];
    case "rollback":
      return [verb, "--yes", ...allowedFor("apply", allow), ...end, revision];
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
