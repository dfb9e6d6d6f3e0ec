import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { claimRun, readClaim } from "../../drivers/files/pushed/run-claim.ts";
import type { Frame } from "../../transport/frames.ts";
import { exitCodes } from "../shared/exit-codes.ts";

/** The time between two looks at a run that goes on, ms. */
const pauseMs = 200;
/** The time for a claim that cannot be read: at its begin, it is empty for a moment, ms. */
const unreadableMs = 10_000;

/**
 * Answers the question for the end of a run: awaits it, and sends its output again. A run that has not begun is cancelled, so
 * the answer stays true.
 */
export async function answerQuestion(
  folder: string,
  run: string,
  send: (frame: Frame) => void,
  end: (code: number) => number,
  patienceMs = unreadableMs,
): Promise<number> {
  const failed = (problems: readonly Diagnostic[]): number => {
    send({ kind: "problems", problems });
    return end(exitCodes.error);
  };
  for (let unreadableFor = 0; unreadableFor <= patienceMs; await sleep(pauseMs)) {
    const claim = readClaim(folder, run);
    if (claim === "dead") return failed([died]);
    if (claim === "unreadable") unreadableFor += pauseMs;
    else if (claim === undefined) {
      const own = await claimRun(folder, run, "cancel");
      if (!own.ok) return failed(own.diagnostics);
      if (own.value) return cancelled(send, end);
    } else if (claim.state === "cancelled") return cancelled(send, end);
    else if (claim.state === "done") {
      for (const frame of claim.result.frames) send(frame as Frame);
      return end(claim.result.code);
    }
  }
  return failed([damagedRecord]);
}

/** Tells that a run has not begun, and does not begin any more. */
export function cancelled(send: (frame: Frame) => void, end: (code: number) => number): number {
  send({ kind: "never-begun" });
  return end(exitCodes.error);
}

const died: Diagnostic = {
  severity: "error",
  code: "incomplete",
  summary: "the run ended in the middle, without a result",
  detail: "Completed actions stay done.",
  hint: "run it again: it continues with the rest",
};

const damagedRecord: Diagnostic = {
  severity: "error",
  code: "incomplete",
  summary: "the record of the run is damaged, so its end is unknown",
  detail: "It may have been done, or still go on.",
  hint: "run it again: it does what is left",
};
