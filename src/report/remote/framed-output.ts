import type { Frame } from "../../transport/frames.ts";
import type { Output } from "../output.ts";
import { createColors } from "../terminal/colors.ts";

/** The form the other machine asks for. */
interface Form {
  readonly color: boolean;
  readonly verbose: boolean;
}

/** Returns an output that sends the text of a run and its JSON to another machine. */
export function framedOutput(send: (frame: Frame) => void, { color, verbose }: Form): Output {
  const colors = createColors(color);
  return {
    options: { json: false, both: true, color, quiet: false, verbose },
    colors,
    text: (lines) => send({ kind: "text", lines }),
    json: (value) => send({ kind: "json", value }),
    raw: (text) => send({ kind: "raw", text }),
    remark: (line) => send({ kind: "remark", line }),
    diagnostics: (problems) => send({ kind: "problems", problems }),
    trace(command, outcome, ms) {
      if (!verbose) return;
      const ending = outcome.kind === "exited" ? `exit ${outcome.code}` : outcome.kind;
      send({
        kind: "trace",
        line: `$ ${[command.file, ...command.args].join(" ")}  [${ending}, ${ms.toFixed(0)} ms]`,
      });
    },
  };
}
