import { misfits, type Schema } from "../report/schema.ts";

/** The schema of the output of each command with --json. */
const schemas: ReadonlyMap<string, Schema> = new Map([
  ["plan", "plan"],
  ["diff", "plan"],
  ["status", "status"],
  ["why", "why"],
  ["wait", "status"],
  ["graph", "graph"],
  ["worktree", "worktree"],
  ["explain", "explain"],
  ["render", "render"],
  ["doctor", "doctor"],
  ["send", "send"],
  ["keys", "send"],
  ["history", "history"],
  ["hosts", "hosts"],
  ["source", "source"],
  ...["apply", "rollback", "start", "stop", "restart", "adopt", "suspend", "resume", "destroy"].map(
    (command) => [command, "apply"] as const,
  ),
]);

/** Throws if a run of `fleet ARGS…` has printed JSON that does not fit the schema of its command. */
export function checkJson([command = "", ...flags]: readonly string[], stdout: string): void {
  const own = flags.includes("--dry-run") ? "plan" : schemas.get(command);
  if (own === undefined || !flags.includes("--json") || stdout === "") return;
  const value = JSON.parse(stdout) as object;
  // The saved plan of hosts names them.
  const isOfHosts = flags.includes("--host") || (own === "apply" && "hosts" in value);
  const problems = misfits(isOfHosts ? "hosts-run" : own, value);
  if (problems.length > 0)
    throw new Error(`fleet ${command}: ${JSON.stringify(problems.slice(0, 5))}\n${stdout}`);
}
