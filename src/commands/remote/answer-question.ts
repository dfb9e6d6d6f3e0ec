import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { claimRun, readClaim } from "../../drivers/files/pushed/run-claim.ts";
import type { Frame } from "../../transport/frames.ts";
import { exitCodes } from "../shared/exit-codes.ts";

/** The time between two looks at a run that goes on, ms. */
const pauseMs = 200;

/** The result of a run, as it is kept. */
interface KeptResult {
  readonly code: number;
  readonly frames: readonly Frame[];
}

/**
 * Answers the question for the end of a run: awaits it, and sends its output again. A run that has not begun is cancelled, so
 * the answer stays true.
 */
export async function answerQuestion(
  folder: string,
  run: string,
  send: (frame: Frame) => void,
  end: (code: number) => number,
): Promise<number> {
  for (;;) {
    const claim = readClaim(folder, run);
    if (claim === "dead") {
      send({ kind: "problems", problems: [died] });
      return end(exitCodes.error);
    }
    if (claim?.state === "done") {
      const { code, frames } = claim.result as KeptResult;
      for (const frame of frames) send(frame);
      return end(code);
    }
    if (claim?.state === "cancelled") return cancelled(send, end);
    if (claim === undefined) {
      const own = await claimRun(folder, run, "cancel");
      if (!own.ok) {
        send({ kind: "problems", problems: own.diagnostics });
        return end(exitCodes.error);
      }
      if (own.value) return cancelled(send, end);
    }
    await sleep(pauseMs);
  }
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
