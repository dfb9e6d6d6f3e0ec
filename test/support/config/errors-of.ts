import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";

/** Returns the diagnostics of a wrong fleet.yaml. Throws if it is right. */
export function diagnosticsOf(text: string): readonly Diagnostic[] {
  const result = parseFleet(text, "fleet.yaml");
  if (result.ok) throw new Error(`expected errors, got ${JSON.stringify(result.value)}`);
  return result.diagnostics;
}

/** Returns each error as `LINE:COLUMN CODE UNDERLINED`, with the underlined part of the source in brackets. */
export function errorsOf(text: string): readonly string[] {
  return diagnosticsOf(text).map(({ code, place }) => {
    if (place === undefined) throw new Error(`${code} has no place`);
    const { line, column, length, source } = place;
    return `${line}:${column} ${code} [${source.slice(column - 1, column - 1 + length)}]`;
  });
}

/** Returns the hints of a wrong fleet.yaml, in the order of its errors. */
export function hintsOf(text: string): readonly (string | undefined)[] {
  return diagnosticsOf(text).map(({ hint }) => hint && wordingText(hint));
}

/** Returns a fleet with one agent `a`, whose keys are the given lines. */
export function fleetWithAgent(...lines: readonly string[]): string {
  return ["version: 1", "agents:", "  a:", ...lines.map((line) => `    ${line}`), ""].join("\n");
}
