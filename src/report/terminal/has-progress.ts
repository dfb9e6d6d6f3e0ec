import type { Output } from "../output.ts";

/** Returns true if progress can be shown: on a terminal, and not in between the lines of --verbose. */
export function hasProgress({ options }: Output): boolean {
  const { json, quiet, verbose } = options;
  return !json && !quiet && !verbose && process.stderr.isTTY && process.env["TERM"] !== "dumb";
}
