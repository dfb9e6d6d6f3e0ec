import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Frame } from "../../transport/frames.ts";
import type { HostEnd } from "../../transport/host-run-state.ts";
import { renderDiagnostics } from "../diagnostics.ts";
import { createColors } from "../terminal/colors.ts";
import { wordingText } from "../terminal/wording-text.ts";

/** Returns lines for the log of a host, each with its time. */
export function stampedLines(lines: readonly string[], time: Date): string {
  const stamp = time.toISOString();
  return lines.map((line) => `${stamp} ${stripVTControlCharacters(line)}`.trimEnd()).join("\n");
}

/** Returns the first line of a run in the log of a host. */
export function runBeginLine(words: readonly string[]): string {
  return `== fleet ${words.join(" ").replaceAll(/\s+/g, " ")}`;
}

/** Returns the lines of a part of a run that a person would read; none for data. */
export function frameLines(frame: Frame): readonly string[] {
  switch (frame.kind) {
    case "text":
      return frame.lines.flatMap((line) => wordingText(line).split("\n"));
    case "raw":
      return frame.text.replace(/\n$/, "").split("\n");
    case "remark":
    case "trace":
    case "progress":
      return frame.line.split("\n");
    case "problems":
      return renderDiagnostics(frame.problems, createColors(false));
    case "host":
      return [`connected to ${frame.facts.hostname}`];
    case "json":
    case "proposal":
    case "saved":
    case "never-begun":
    case "beat":
    case "done":
      return [];
  }
}

const endTexts: Readonly<Record<Exclude<HostEnd["name"], "done">, string>> = {
  unreachable: "it is unreachable",
  refused: "it cannot run fleet",
  lost: "the connection ended before the answer",
  unknown: "the connection ended, and the result is unknown",
  "not-begun": "nothing was begun",
};

/** Returns the last line of a run on a host. `hasProposed`: it has only told the plan that somebody has to agree to. */
export function runEndLine(end: HostEnd, hasProposed: boolean): string {
  if (end.name === "done" && hasProposed) return "planned, and waits for your consent";
  if (end.name === "done") return `ended with exit code ${end.code}`;
  const detail = "detail" in end && end.detail !== "" ? `: ${end.detail.replaceAll("\n", " ")}` : "";
  return `${endTexts[end.name]}${detail}`;
}

/** Returns the warning of logs that cannot be written. The run does not depend on them. */
export function noLogsWarning({ summary, detail }: Pick<Diagnostic, "summary" | "detail">): Diagnostic {
  return {
    severity: "warning",
    code: "output-lost",
    summary: `no further logs of hosts: ${summary}`,
    detail,
    hint: "choose another folder for --log-dir; the command itself goes on",
  };
}
