import { visible } from "./display-text.ts";
import { count, duration } from "./phrases.ts";

/** Whom an apply waits for, and for how long at most. */
export function waitingLine(names: readonly string[], timeoutMs: number): string {
  const who = names.length <= 5 ? ` (${names.map(visible).join(", ")})` : "";
  return `Waiting up to ${duration(timeoutMs / 1000)} for ${count(names.length, "agent")} to fall idle${who}. Ctrl-C ends the wait.`;
}
