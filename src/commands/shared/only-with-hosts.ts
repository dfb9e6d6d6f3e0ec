import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { HostFlags } from "./host-flags.ts";

/** Commands with options of these names for a choice of hosts of their own. */
const withOwn: ReadonlySet<string> = new Set(["hosts", "place"]);

/** Returns the problem of options that do nothing without hosts; undefined without such options. */
export function onlyWithHosts(
  command: string,
  { maxParallel, logDir, skipUnreachable, isWithPlan = false }: HostFlags,
): Diagnostic | undefined {
  if (isWithPlan || withOwn.has(command)) return undefined;
  const given = [
    ...(maxParallel === undefined ? [] : ["--max-parallel"]),
    ...(logDir === undefined ? [] : ["--log-dir"]),
    ...(skipUnreachable === undefined ? [] : ["--skip-unreachable"]),
  ];
  if (given.length === 0) return undefined;
  const options = given.join(" and ");
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${options} only ${given.length === 1 ? "counts" : "count"} with --host`,
    detail: `Without --host, fleet ${command} is about this machine alone. Nothing was done.`,
    hint: `add --host HOSTS, such as --host all, or leave out ${options}`,
  };
}
