import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Wording } from "../../diagnostics/wording.ts";

/** The most hosts to name in a command. */
const mostNamed = 5;

/** Returns a wording of hosts with their names in its commands: without them, these are about this machine. */
export function wordingOnHosts(wording: Wording, hosts: readonly string[]): Wording {
  if (typeof wording === "string") return wording;
  const names = hosts.length > mostNamed ? "HOSTS" : hosts.join(",");
  return wording.map((part) =>
    typeof part === "object" && "fleet" in part ? `fleet ${part.fleet} --host ${names}` : part,
  );
}

/** Returns a problem on hosts as this machine tells it, with their names in the commands of its hint. */
export function problemOnHosts(problem: Diagnostic, hosts: readonly string[]): Diagnostic {
  return problem.hint === undefined ? problem : { ...problem, hint: wordingOnHosts(problem.hint, hosts) };
}
