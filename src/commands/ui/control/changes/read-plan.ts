import type { HostRunJson, HostsRunJson } from "../../../../report/hosts/hosts-run-output.ts";
import type { CommandOutcome } from "../../../../system/command.ts";
import type { UiMachinePlan } from "../../../../ui/changes/ui-change.ts";
import { problemsIn } from "../child/printed-json.ts";

/** The JSON of a plan, as far as this server needs it. */
interface ReadPlan {
  readonly actions: readonly { readonly id: string; readonly reason?: string }[];
  readonly refusals: readonly unknown[];
  readonly hindrance?: unknown;
}

/** A plan, with a text that another plan has only if it does the same. */
export interface PlannedChange {
  readonly planned: UiMachinePlan;
  readonly sameness: string;
}

/**
 * Returns the plan that a command has printed as JSON: `fleet plan`, or a changing command without a consent, whose object
 * contains the plan. With a `host`, that is the plan of that host. `mayBeEmpty`: the command also does something without
 * an action.
 */
export function readPlan(
  printed: unknown,
  host: string | null,
  { mayBeEmpty = false, outcome }: { readonly mayBeEmpty?: boolean; readonly outcome?: CommandOutcome } = {},
): PlannedChange {
  const run = host === null ? undefined : hostRunIn(printed, host);
  const plan = planIn(run === undefined ? printed : run.result);
  // The question is the one of the page.
  const obstacles = run?.diagnostics.filter(
    ({ code, severity }) => severity === "error" && code !== "needs-confirmation",
  );
  if (plan === undefined || (obstacles !== undefined && obstacles.length > 0)) {
    const problems = problemsIn(run === undefined ? printed : { diagnostics: obstacles }, outcome);
    return { planned: { host, plan: plan ?? null, problems, canRun: false }, sameness: "" };
  }
  const hasWork = mayBeEmpty || plan.actions.length > 0;
  const canRun = hasWork && plan.refusals.length === 0 && plan.hindrance === undefined;
  return {
    planned: { host, plan, problems: [], canRun },
    sameness: JSON.stringify(plan.actions.map(({ id, reason }) => [id, reason])),
  };
}

/** Returns the result of a host in the JSON of a command on hosts; undefined if the command has reached none. */
function hostRunIn(printed: unknown, host: string): HostRunJson | undefined {
  return (printed as Partial<HostsRunJson> | undefined)?.hosts?.[host];
}

function planIn(value: unknown): ReadPlan | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const plan = "plan" in value ? value.plan : value;
  const isPlan = typeof plan === "object" && plan !== null && "actions" in plan && "refusals" in plan;
  return isPlan ? (plan as ReadPlan) : undefined;
}
