import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { isBusy, type AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan } from "../../plan/types.ts";
import { durationPhrase } from "../../report/phrases.ts";
import { leftLine } from "../../report/apply/waiting-text.ts";
import { listenForSignals } from "../../system/signals.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { count } from "../../text/counting.ts";

/** Agents that were busy, with the action for each once it is idle. */
export type Awaited = ReadonlyMap<string, AgentPlan["action"]>;

/** The data and functions for the wait for agents. */
export interface Waiting {
  /** ms */
  readonly timeoutMs: number;
  readonly awaited: Awaited;
  /** Waits until the next look at these agents is worth it. */
  readonly untilLook: (names: readonly string[], interrupt: AbortSignal) => Promise<void>;
  /** Makes a plan for the remaining ones of these agents, for the current machine. Holds no lock. */
  readonly plan: (names: readonly string[]) => Promise<Result<Plan>>;
  /** Applies the due changes of these agents. */
  readonly apply: (names: readonly string[]) => Promise<ExitCode>;
}

/** Returns the busy agents of a plan, also agents with new work before their turn. */
export function awaitedIn(
  { agents }: Plan,
  { stayed = new Map() }: Pick<ApplyOutcome, "stayed"> = {},
): Awaited {
  const changed = [...stayed].flatMap(([{ agent = "" }, { why }]) => (why === "changed" ? [agent] : []));
  return new Map([
    ...agents.filter(isBusy).map(({ name, awaiting }) => [name, awaiting] as const),
    ...changed.map((name) => [name, "restart"] as const),
  ]);
}

/** Returns true if the plan for an agent has nothing beyond the plan shown before the wait. */
export function isAsAwaited(agent: AgentPlan, awaited: Awaited): boolean {
  if (agent.action === "none") return true;
  return (isBusy(agent) ? agent.awaiting : agent.action) === awaited.get(agent.name);
}

/** Applies changes as their agents fall idle, until none waits or the time is over. */
export async function waitForIdle(waiting: Waiting, context: Context): Promise<ExitCode> {
  const { output } = context;
  const deadline = performance.now() + waiting.timeoutMs;
  const signals = listenForSignals((request, signal) => {
    if (request !== "go-on") output.remark(`${signal}: no longer waiting.`);
  }, context.caller?.stop);
  const { soon } = signals.stopSignals;
  try {
    let names = [...waiting.awaited.keys()];
    while (names.length > 0) {
      if (performance.now() >= deadline) return report(context, [stillBusy(names, waiting.timeoutMs)]);
      await waiting.untilLook(names, soon);
      if (soon.aborted) return exitCodes.interrupted;
      const planned = await waiting.plan(names);
      if (!planned.ok) return report(context, planned.diagnostics);
      const { agents } = planned.value;
      const expected = agents.filter((agent) => isAsAwaited(agent, waiting.awaited));
      for (const agent of agents) if (!expected.includes(agent)) output.remark(leftLine(agent));
      const due = expected
        .filter(({ action }) => action !== "none" && action !== "pending")
        .map(({ name }) => name);
      if (due.length > 0) {
        const code = await waiting.apply(due);
        if (code !== exitCodes.ok) return code;
      }
      names = expected.filter(isBusy).map(({ name }) => name);
    }
    return exitCodes.ok;
  } finally {
    signals.end();
  }
}

function stillBusy(names: readonly string[], timeoutMs: number): Diagnostic {
  return {
    severity: "error",
    code: "still-busy",
    summary: `${count(names.length, "agent")} did not fall idle within ${durationPhrase(timeoutMs / 1000)}: ${names.join(", ")}`,
    hint: wording`they keep running as they are; to go on without them being idle: ${fleetCommand("apply")} --now ${names.join(" ")}`,
  };
}
