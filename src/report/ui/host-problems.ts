import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** The problem of a question about another host on a page without other hosts. */
export const onlyThisMachine: Diagnostic = {
  severity: "error",
  code: "bad-usage",
  summary: "this page shows its own machine alone",
  hint: "end it, and start it with: fleet ui --host all",
};

/** Returns the problem of a question about a host that is not on the page. */
export function hostNotOnPage(host: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `host ${host} is not on this page`,
    hint: "the page shows the hosts that fleet ui --host selects",
  };
}
