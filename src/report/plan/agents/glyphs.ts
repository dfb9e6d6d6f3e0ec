import type { AgentActionKind } from "../../../plan/agent-plan.ts";

interface Glyph {
  readonly symbol: string;
  readonly color: "green" | "yellow" | "red" | "magenta" | "cyan" | "dim";
  /** The words for the action, in front of the reason. */
  readonly verb: string;
}

/** Terraform's symbols where it has one. */
export const glyphs: Readonly<Record<AgentActionKind, Glyph>> = {
  add: { symbol: "+", color: "green", verb: "will be added" },
  change: { symbol: "~", color: "yellow", verb: "will be changed in place" },
  start: { symbol: "~", color: "yellow", verb: "will be started" },
  stop: { symbol: "~", color: "yellow", verb: "will be stopped" },
  adopt: { symbol: "~", color: "yellow", verb: "will be adopted" },
  restart: { symbol: "-/+", color: "magenta", verb: "will be restarted" },
  remove: { symbol: "-", color: "red", verb: "will be removed" },
  pending: { symbol: ".", color: "cyan", verb: "pending" },
  blocked: { symbol: "!", color: "red", verb: "is blocked" },
  none: { symbol: " ", color: "dim", verb: "is up to date" },
};

/** Returns the words for several agents: "is blocked" becomes "are blocked". */
export function pluralVerb(verb: string): string {
  return verb.replace(/^is /, "are ").replace(/^keeps /, "keep ");
}
