import { joinAlike, rangesOf } from "../alike.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import type { HostJson } from "./hosts-output.ts";

/** Returns the machines of a fleet as a table. This machine has a star. Many hosts with the same agents share a line. */
export function hostsLines(hosts: readonly HostJson[], colors: Colors): readonly string[] {
  const cells = hosts.map(({ name, hostname, labels, isHere, isIgnored = false, agents }) => ({
    name: `${name}${isHere ? "*" : ""}`,
    hostname: visible(hostname),
    rest: [
      visible(
        Object.entries(labels)
          .map((pair) => pair.join("="))
          .join(","),
      ) || "-",
      [...(isIgnored ? ["ignored"] : []), ...(agents.length === 0 ? [] : [visible(rangesOf(agents))])].join(
        ": ",
      ) || "-",
    ],
  }));
  const groups = joinAlike(
    cells,
    ({ name }) => name,
    // Hosts with hostnames of their own keep their lines.
    ({ name, hostname, rest }) => (name === hostname ? rest.join("\n") : undefined),
  );
  const rows = groups.map(({ first, all, names }) => [
    rangesOf(names),
    all.length === 1 ? first.hostname : "the same",
    ...first.rest,
  ]);
  return alignedLines(["HOST", "HOSTNAME", "LABELS", "AGENTS"], rows, colors);
}

/** The remark about a fleet without hosts. */
export const noHosts = "This fleet has no hosts: all of its agents are on the machine that applies it.";
