import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** Returns the warning about a host whose watch and agents end with the last login. */
export function lingerWarning(): Diagnostic {
  return {
    severity: "warning",
    code: "blocked",
    summary: "the watch and its agents end with the last login there",
    detail: "Lingering is off, so the user manager runs only during a login, and not after a boot.",
    hint: "run there: loginctl enable-linger",
  };
}
