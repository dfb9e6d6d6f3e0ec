import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { took, wording, type Wording } from "../../diagnostics/wording.ts";
import type { Watcher } from "../../observe/watch/watcher.ts";
import type { ApplyOutcome } from "../../events/apply-events.ts";
import { isBlocked } from "../../plan/summary.ts";
import type { Plan } from "../../plan/types.ts";
import { applyResult } from "./apply-text.ts";
import type { Colors } from "../terminal/colors.ts";
import { kindCounts, servicesIn } from "../kind-counts.ts";
import { visibleWording } from "../terminal/wording-text.ts";
import { noteWording } from "../plan/note-text.ts";
import { planText } from "../plan/plan-text.ts";
import { count } from "../../text/counting.ts";

/** Returns the effects of a destroy as lines. */
export function destroyText(plan: Plan, colors: Colors, verbose: boolean): readonly Wording[] {
  if (plan.actions.length === 0 && !isBlocked(plan)) {
    return plan.notes.length === 0
      ? [`Nothing to destroy: fleet ${plan.fleet} has nothing on this machine.`]
      : [
          ...plan.notes.map((note) => wording`${colors.cyan("Note:")} ${visibleWording(noteWording(note))}`),
          `Nothing was removed: what is left of fleet ${plan.fleet} stays for now.`,
        ];
  }
  const lines = planText(plan, colors, verbose);
  const shared = plan.actions.filter(({ kind, agent }) => kind === "remove-file" && agent === undefined);
  return shared.length === 0
    ? lines
    : ["  - tmux holder, agent template and start script will be removed, last", ...lines];
}

/** Returns the end of a destroy as lines. */
export function destroyResult(
  plan: Plan,
  outcome: ApplyOutcome,
  ms: number,
  colors: Colors,
): readonly Wording[] {
  if (outcome.failed.length > 0 || outcome.skipped.length > 0 || outcome.interruptedBy !== undefined)
    return applyResult(plan, outcome, [], ms, colors, true, "destroy");
  const ended = plan.agents.filter(({ action }) => action === "remove");
  const services = servicesIn(ended).size;
  const removed = kindCounts({ agents: ended.length - services, services });
  const { blocked } = plan.summary;
  const headline = blocked === 0 ? colors.green("Destroy complete:") : colors.yellow("Destroy incomplete:");
  const stays = blocked === 0 ? "" : `, ${count(blocked, "agent")} blocked`;
  return [wording`${headline} ${removed} removed${stays} ${took(ms)}.`];
}

/** Explains a watch would restore the fleet at once, or at the next boot. */
export function watchedProblem({ pid, unit, isService }: Watcher): Diagnostic {
  const who = [...(unit === undefined ? [] : [unit]), ...(pid === undefined ? [] : [`process ${pid}`])];
  const ways = [
    ...(unit === undefined ? [] : ["fleet watch --uninstall"]),
    ...(pid === undefined || isService ? [] : [`kill ${pid}`]),
  ];
  return {
    severity: "error",
    code: "blocked",
    summary: `this fleet is watched, by ${who.join(", ")}`,
    detail: "It would restore the removed fleet. Nothing was changed.",
    hint: `end the watch first: ${ways.join("; ")}`,
  };
}
