import type { Document } from "yaml";
import type { LocatedProblem } from "../yaml/located-problem.ts";
import { foreignFile, foreignText } from "../habits/foreign-files.ts";
import { spanOf } from "../yaml/spans.ts";
import { isAbandoned } from "../yaml/yaml-document.ts";

/** Returns one problem for a file of another kind as a whole: an error for each line would help nobody. */
export function otherFileKind(value: unknown, document: Document, text: string): LocatedProblem | undefined {
  const file = foreignFile(value);
  if (file !== undefined) {
    return found(file.what, file.hint, spanOf(document, { path: [file.key], on: "key" }));
  }
  if (isAbandoned(document)) return undefined;
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isMap && document.errors.length === 0) return undefined;
  if (
    isMap &&
    ["version", "agents", "services", "runtimes", "defaults"].some((key) => Object.hasOwn(value, key))
  )
    return undefined;
  const other = foreignText(text);
  const start = text.search(/[^\s#]/);
  return other === undefined
    ? undefined
    : found(other.what, other.hint, { start: Math.max(0, start), end: Math.max(1, start + 1) });
}

function found(what: string, hint: string, span: LocatedProblem["span"]): LocatedProblem {
  return {
    code: "wrong-type",
    summary: `this is ${what}, not a fleet.yaml`,
    detail: "A fleet.yaml has version: 1 and agents, by name.",
    hint,
    span,
  };
}
