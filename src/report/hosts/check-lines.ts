import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { grouped } from "../../text/grouped.ts";
import { namesText } from "../alike.ts";
import { durationPhrase } from "../phrases.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Clocks that differ by less are the same, ms: the answer is some time on its way. */
const clockToleranceMs = 5_000;

/** Clocks that differ by less need no words: an answer on a busy machine is so long on its way, ms. */
const toldClockMs = 30_000;

/** The most hosts with a line each: more of them share one if their facts are the same. */
const mostAlone = 10;

const columnHeads = ["STATE", "NODE", "LINGERS", "CLOCK"];

/** Returns the hosts with the facts of each as a table. */
export function checkLines(results: readonly HostResult[], colors: Colors): readonly string[] {
  const rows = results.map(({ host, end, facts, clockAheadMs }) => [
    host,
    end.name === "done" ? "reached" : end.name,
    facts === undefined ? "-" : `${facts.node}${facts.isShippedNode === true ? " (shipped)" : ""}`,
    facts === undefined ? "-" : lingerWord(facts.lingers),
    clockAheadMs === undefined ? "-" : clockWord(clockAheadMs),
    facts === undefined ? "-" : visible(facts.hostname),
  ]);
  if (rows.length <= mostAlone) return alignedLines(["HOST", ...columnHeads, "HOSTNAME"], rows, colors);
  const groups = [...grouped(rows, (row) => row.slice(1, -1).join("\n")).values()];
  const shared = groups.map((group) => [
    ...(group[0]?.slice(1, -1) ?? []),
    namesText(group.map(([host = ""]) => host)),
  ]);
  return alignedLines([...columnHeads, "HOSTS"], shared, colors);
}

function lingerWord(lingers: boolean | undefined): string {
  if (lingers === undefined) return "unknown";
  return lingers ? "yes" : "no";
}

function clockWord(ms: number): string {
  return Math.abs(ms) < clockToleranceMs ? "same" : `${ms > 0 ? "+" : "-"}${differencePhrase(ms)}`;
}

/** Returns the difference of two clocks in words, from a minute on in whole minutes, hours or days. */
function differencePhrase(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  return durationPhrase(seconds < 60 ? seconds : Math.round(seconds / 60) * 60);
}

/** Returns the lines about hosts whose clocks differ much from that of this machine. */
export function clockLines(results: readonly HostResult[]): readonly string[] {
  const groups = grouped(results, ({ clockAheadMs = 0 }) =>
    Math.abs(clockAheadMs) < toldClockMs
      ? undefined
      : `${differencePhrase(clockAheadMs)} ${clockAheadMs > 0 ? "ahead of" : "behind"}`,
  );
  return [...groups].map(([difference, group]) => {
    const names = namesText(group.map(({ host }) => host));
    const [clocks, their] = group.length === 1 ? ["clock", "its"] : ["clocks", "their"];
    return `The ${clocks} of ${names} ${group.length === 1 ? "is" : "are"} ${difference} that of this machine. All times of ${names} are by ${their} own ${clocks}.`;
  });
}

/** Returns the line about one login of `fleet hosts trust`. */
export function trustLine(host: string, isTrusted: boolean): string {
  return isTrusted ? `${host}: the login works.` : `${host}: the login does not work, see above.`;
}

/** Returns the line about a host that `fleet hosts trust` leaves out. */
export function needsNoTrustLine(host: string): string {
  return `${host}: reached without ssh, so there is no key to trust.`;
}

/** The problem of `fleet hosts trust` without a terminal. */
export const trustNeedsTerminal: Diagnostic = {
  severity: "error",
  code: "bad-usage",
  summary: "fleet hosts trust needs a terminal",
  detail: "ssh asks there about each unknown key.",
  hint: "in scripts, add the keys yourself: ssh-keyscan, or HostKeyAlias and a file of known keys",
};
