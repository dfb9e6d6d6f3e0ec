import { keptDraft } from "../../report/edit/edit-problems.ts";
import type { Context } from "../shared/context.ts";
import type { Draft } from "./draft.ts";

/**
 * Runs a step with questions. If the process is asked to end in the meantime, it names the draft and ends. An apply that has
 * begun hears the signals itself: the draft has replaced the file then.
 */
export async function untilAskedToEnd<T>(
  draft: Draft,
  { output }: Context,
  step: () => Promise<T>,
): Promise<T> {
  const endEdit = (signal: NodeJS.Signals): void => {
    const isKept = draft.exists();
    if (isKept) output.remark(`\n${keptDraft(draft)}`);
    process.off(signal, endEdit);
    if (isKept || process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const signals = ["SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, endEdit);
  try {
    return await step();
  } finally {
    for (const signal of signals) process.off(signal, endEdit);
  }
}
