import { diagnosticToJson } from "../../report/diagnostics.ts";
import type { Output } from "../../report/output.ts";
import type { Context } from "../shared/context.ts";

/**
 * Returns a context that combines the results of several runs into one JSON object: the first one's, with the
 * others' in `later`.
 */
export function combineJson(context: Context): { readonly context: Context; readonly end: () => void } {
  if (!context.output.options.json) return { context, end: () => undefined };
  const results: object[] = [];
  const output: Output = {
    ...context.output,
    json: (value) => {
      if (typeof value === "object" && value !== null) results.push(value);
    },
    diagnostics: (diagnostics) =>
      results.push({ formatVersion: "2.0", diagnostics: diagnostics.map(diagnosticToJson) }),
  };
  return {
    context: { ...context, output },
    end: () => {
      const [first, ...later] = results;
      if (first !== undefined) context.output.json({ ...first, later });
    },
  };
}
