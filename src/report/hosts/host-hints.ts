import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Wording } from "../../diagnostics/wording.ts";
import { hostCommands } from "../../hosts/host-commands.ts";

/** The most hosts to name in a command. */
const mostNamed = 5;

/** Commands that reach hosts, unless the rest of the line has a host, or they begin with the name of one. */
const reaching = [...Object.keys(hostCommands), "source (?:status|sync|pin|unpin|accept)"].join("|");
const commands = new RegExp(`\\bfleet (${reaching})\\b(?![^\\n\`;]*--host| [^\\s/]+/)`, "g");

/** Returns a text about hosts with their names in its commands: without them, these are about this machine. */
function commandsOnHosts(text: string, hosts: readonly string[]): string {
  const names = hosts.length > mostNamed ? "HOSTS" : hosts.join(",");
  return text.replaceAll(commands, `$& --host ${names}`);
}

/** Returns a problem on hosts as this machine tells it, with their names in the commands of its hint. */
export function problemOnHosts(problem: Diagnostic, hosts: readonly string[]): Diagnostic {
  return problem.hint === undefined ? problem : { ...problem, hint: commandsOnHosts(problem.hint, hosts) };
}

/** Lines of a plan or a diagnosis that recommend a command, with any colors. No line of a file begins like this. */
const advice = /^(?:\S*Note:\S*| {4}\S*\$\S*) /;

/** Returns lines about hosts with their names in the commands that they recommend. */
export function adviceOnHosts(lines: readonly Wording[], hosts: readonly string[]): readonly Wording[] {
  return lines.map((line) =>
    typeof line === "string" && advice.test(line) ? commandsOnHosts(line, hosts) : line,
  );
}
