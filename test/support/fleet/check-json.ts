import { misfits, type SchemaName } from "../report/schema.ts";

/** The commands whose --json is one object of each schema; none if they print lines. */
const commandsOf: Readonly<Record<SchemaName, readonly string[]>> = {
  plan: ["plan", "diff"],
  apply: ["apply", "rollback", "start", "stop", "restart", "adopt", "suspend", "resume", "destroy"],
  validate: ["validate"],
  status: ["status", "wait"],
  why: ["why"],
  graph: ["graph"],
  explain: ["explain"],
  render: ["render"],
  doctor: ["doctor"],
  logs: [],
  send: ["send", "keys"],
  events: [],
  worktree: ["worktree"],
  history: ["history"],
  source: ["source"],
  hosts: ["hosts"],
  place: ["place"],
  "hosts-run": [],
  watch: [],
};

const schemas: ReadonlyMap<string, SchemaName> = new Map(
  (Object.keys(commandsOf) as readonly SchemaName[]).flatMap((schema) =>
    commandsOf[schema].map((command) => [command, schema] as const),
  ),
);

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
