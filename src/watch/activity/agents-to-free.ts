import { isBusy } from "../../plan/agent-plan.ts";
import type { HeldPlan } from "../reconcile/plan-with-holds.ts";

/** Returns the agents with a change waiting until they are idle, and with a program that can say so. */
export function agentsToFree({ desired, whole }: Pick<HeldPlan, "desired" | "whole">): ReadonlySet<string> {
  const waiting = new Set(whole.agents.filter(isBusy).map(({ name }) => name));
  if (waiting.size === 0) return waiting;
  const tells = desired.agents.filter(
    ({ program }) => program !== undefined && program.activity !== "off" && program.activity !== "screen",
  );
  return new Set(tells.flatMap(({ name }) => (waiting.has(name) ? [name] : [])));
}
