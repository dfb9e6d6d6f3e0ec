import { createLogUpdate } from "log-update";
import type { Output } from "../output.ts";
import { handleStreamErrors } from "../terminal/print.ts";
import { progressLine, type Progress } from "./progress-text.ts";

/** A line at the bottom of a terminal while an apply goes on. */
export interface ProgressView {
  /** The output of the apply, whose lines are printed above the progress. */
  readonly output: Output;
  /** Takes the line away. */
  end(): void;
}

/** A short apply shows no progress, ms. */
const firstMs = 1_000;
/** The time between two drawings, ms. */
const frameMs = 250;

/** Opens the progress on standard error. `read` returns it as it is by now, or undefined if there is nothing to show. */
export function openProgress(output: Output, read: () => Progress | undefined): ProgressView {
  handleStreamErrors("stderr");
  const terminal = createLogUpdate(process.stderr, { showCursor: true });
  const drawProgress = (): void => {
    const progress = read();
    if (progress === undefined || progress.ms < firstMs) terminal.clear();
    else terminal(progressLine(progress, (process.stderr.columns || 80) - 1, output.colors));
  };
  const ticking = setInterval(drawProgress, frameMs);
  ticking.unref();
  return {
    output: {
      ...output,
      text(lines) {
        terminal.clear();
        output.text(lines);
      },
      remark(line) {
        terminal.clear();
        output.remark(line);
      },
      diagnostics(diagnostics) {
        terminal.clear();
        output.diagnostics(diagnostics);
      },
    },
    end() {
      clearInterval(ticking);
      terminal.clear();
      terminal.done();
    },
  };
}
