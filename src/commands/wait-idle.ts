import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { AgentPlan, Plan } from "../plan/types.ts";
import { count, duration } from "../report/phrases.ts";
import { leftLine } from "../report/waiting-text.ts";
import { listenForSignals } from "../system/interruption.ts";
import { report, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";

/** How often the machine is looked at, ms: two processes each time, whatever the number of agents. */
const pauseMs = 1_000;

/** What waiting for agents needs to know and to do. */
export interface Waiting {
  /** ms */
  readonly timeoutMs: number;
  /** Agents that have a change to take, and were busy. */
  readonly names: readonly string[];
  /** A plan for these agents alone, as the machine is now. Nothing is locked meanwhile. */
  readonly plan: (names: readonly string[]) => Promise<Result<Plan>>;
  /** Applies what is due of these agents. */
  readonly apply: (names: readonly string[]) => Promise<ExitCode>;
}

/** The agents in a plan that wait for their own idleness. */
export function busyNames({ agents }: Plan): readonly string[] {
  return agents.filter(({ hold }) => hold === "busy").map(({ name }) => name);
}

/** Applies changes as their agents fall idle, until none waits or the time is over. */
export async function waitForIdle(waiting: Waiting, context: Context): Promise<ExitCode> {
  const { output } = context;
  const deadline = performance.now() + waiting.timeoutMs;
  const signals = listenForSignals((request, signal) => {
    if (request !== "go-on") output.remark(`${signal}: no longer waiting.`);
  });
  const { soon } = signals.interruption;
  try {
    let names = waiting.names;
    while (names.length > 0) {
      if (performance.now() >= deadline) return report(context, [stillBusy(names, waiting.timeoutMs)]);
      await sleep(pauseMs, undefined, { signal: soon }).catch(() => undefined);
      if (soon.aborted) return exitCodes.interrupted;
      const planned = await waiting.plan(names);
      if (!planned.ok) return report(context, planned.diagnostics);
      const { agents } = planned.value;
      const others = agents.filter(({ action, hold }) => !isAwaited(action, hold));
      for (const agent of others) output.remark(leftLine(agent));
      const due = agents.filter(({ action }) => action === "restart").map(({ name }) => name);
      if (due.length > 0) {
        const code = await waiting.apply(due);
        if (code !== exitCodes.ok) return code;
      }
      names = busyNames(planned.value);
    }
    return exitCodes.ok;
  } finally {
    signals.end();
  }
}

/** True while it is only about the restart that was shown before the wait, or there is nothing left to do. */
function isAwaited(action: AgentPlan["action"], hold: AgentPlan["hold"]): boolean {
  return action === "restart" || action === "none" || hold === "busy";
}

function stillBusy(names: readonly string[], timeoutMs: number): Diagnostic {
  return {
    severity: "error",
    code: "still-busy",
    summary: `${count(names.length, "agent")} did not fall idle within ${duration(timeoutMs / 1000)}: ${names.join(", ")}`,
    hint: `they keep running as they are; to restart them now: fleet apply --now ${names.join(" ")}`,
  };
}
