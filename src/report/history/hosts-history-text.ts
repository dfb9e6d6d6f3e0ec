import { grouped } from "../../text/grouped.ts";
import { namesText } from "../alike.ts";
import { endPhrase, sumPhrase } from "../events/run-text.ts";
import { localTime } from "../phrases.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import type { HistoryEntryJson, HistoryJson } from "./history-output.ts";
import { whoPhrase } from "./history-text.ts";

/** The history of one host. */
export interface HostHistory extends Pick<HistoryJson, "now" | "runs"> {
  readonly host: string;
}

/** The longest time between the first and the last host of one row, ms. */
const togetherMs = 600_000;

/** Equal runs on several hosts. */
interface HistoryRow {
  readonly atMs: number;
  readonly hosts: string[];
  readonly run: HistoryEntryJson;
  readonly isNow: boolean;
}

/**
 * Returns the last rows of the runs of several hosts as one table, the oldest first. Equal runs of one command share a row. A
 * state with a star is fleet.yaml as it is now.
 */
export function hostsHistoryLines(
  histories: readonly HostHistory[],
  lines: number,
  colors: Colors,
): readonly string[] {
  const runs = histories.flatMap(({ host, now, runs: own }) =>
    own.map((run) => ({ host, run, isNow: run.id !== null && run.id === now, atMs: Date.parse(run.time) })),
  );
  const alike = grouped(
    runs.toSorted((one, other) => one.atMs - other.atMs),
    ({ run, isNow }) => JSON.stringify([isNow, ...runCells(run)]),
  );
  const rows = [...alike.values()].flatMap((some) => {
    const own: HistoryRow[] = [];
    for (const { host, ...each } of some) {
      const row = own.at(-1);
      if (row !== undefined && each.atMs - row.atMs <= togetherMs && !row.hosts.includes(host))
        row.hosts.push(host);
      else own.push({ ...each, hosts: [host] });
    }
    return own;
  });
  const order = histories.map(({ host }) => host);
  const shown = lines === 0 ? [] : rows.toSorted((one, other) => one.atMs - other.atMs).slice(-lines);
  if (shown.length === 0) return [];
  const cells = shown.map(({ atMs, hosts, run, isNow }) => {
    const [id = "-", ...rest] = runCells(run);
    const names = order.filter((host) => hosts.includes(host));
    return [`${id}${isNow ? "*" : ""}`, localTime(atMs), namesText(names), ...rest];
  });
  return alignedLines(["STATE", "WHEN", "HOST", "BY", "COMMIT", "COMMAND", "RESULT"], cells, colors);
}

/** Returns the words about a run, without its time and host. */
function runCells(run: HistoryEntryJson): readonly string[] {
  return [
    run.id ?? "-",
    visible(whoPhrase(run.by)),
    run.revision?.slice(0, 10) ?? "-",
    visible(run.command),
    `${sumPhrase(run)}${endPhrase(run)}`,
  ];
}
