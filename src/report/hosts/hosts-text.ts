import { rangesOf } from "../alike.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import type { HostJson } from "./hosts-output.ts";

/** Returns the machines of a fleet as a table. This machine has a star. */
export function hostsLines(hosts: readonly HostJson[], colors: Colors): readonly string[] {
  const rows = hosts.map(({ name, hostname, labels, isHere, agents }) => [
    `${name}${isHere ? "*" : ""}`,
    visible(hostname),
    visible(
      Object.entries(labels)
        .map((pair) => pair.join("="))
        .join(","),
    ) || "-",
    agents.length === 0 ? "-" : visible(rangesOf(agents)),
  ]);
  return alignedLines(["HOST", "HOSTNAME", "LABELS", "AGENTS"], rows, colors);
}

/** The remark about a fleet without hosts. */
export const noHosts = "This fleet has no hosts: all of its agents are on the machine that applies it.";
