import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { wordingText } from "../terminal/wording-text.ts";
import { visible } from "../terminal/display-text.ts";

/** The place of an annotation. Without a line, it is about the file as a whole. */
export type Spot = Pick<Place, "file"> & Partial<Pick<Place, "line" | "column">>;

/**
 * Returns a line for GitHub's runner, which makes an annotation of it
 * (docs.github.com, "Workflow commands for GitHub Actions": `::error file=…,line=…,col=…,title=…::MESSAGE`).
 */
export function annotation(
  kind: "error" | "warning" | "notice",
  title: string,
  message: string,
  spot?: Spot,
): string {
  const properties = [
    ["file", spot?.file],
    ["line", spot?.line],
    ["col", spot?.column],
    ["title", title],
  ] as const;
  const given = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(visible(String(value)))}`],
  );
  return `::${kind} ${given.join(",")}::${escapeData(message.split("\n").map(visible).join("\n"))}`;
}

/** Returns a problem as an annotation: at its line, if it has one. */
export function annotatedProblem({ severity, code, summary, detail, hint, place }: Diagnostic): string {
  const lines = [summary, detail, hint && `hint: ${wordingText(hint)}`].filter((line) => line !== undefined);
  return annotation(severity, `fleet: ${code}`, lines.join("\n"), place);
}

/** Escapes as @actions/core does (escapeData in its command.ts), because the runner undoes just this. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes as @actions/core does (escapeProperty). */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
