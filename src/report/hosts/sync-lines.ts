import { type HostResult, hostValueOf } from "../../hosts/host-result.ts";
import { grouped } from "../../text/grouped.ts";
import { naturally } from "../../text/natural-order.ts";
import { namesText, rangesOf } from "../alike.ts";
import type { SourceJson } from "../source/source-output.ts";
import { shortCommit } from "../source/trouble-text.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns the state of the source on each host as a table. Hosts in the same state share a line. */
export function syncLines(results: readonly HostResult[], colors: Colors): readonly string[] {
  const cells = results.map((result) => ({ host: result.host, cells: syncCells(result) }));
  const groups = grouped(cells, ({ cells: row }) => row.join("\n"));
  const rows = [...groups.values()].map((group) => [
    ...(group[0]?.cells ?? []),
    namesText(group.map(({ host }) => host)),
  ]);
  const waits = rows.some(([, , , waiting]) => waiting !== "-");
  const shown = waits ? rows : rows.map((row) => row.toSpliced(3, 1));
  return alignedLines(["STATE", "APPLIED", "NEWEST", ...(waits ? ["WAITING"] : []), "HOSTS"], shown, colors);
}

function syncCells(result: HostResult): readonly string[] {
  const { end } = result;
  const source = hostValueOf(result) as Partial<SourceJson> | undefined;
  if (end.name !== "done") return [end.name, "-", "-", "-"];
  if (source?.intervalMs === undefined) return ["failed", "-", "-", "-"];
  const { applied = null, newest = null, trouble = null, pin = null, waiting } = source;
  const state =
    trouble !== null
      ? trouble.why
      : pin !== null
        ? "pinned"
        : applied?.revision === newest
          ? "in line"
          : "applying";
  const short = (commit: string | null): string => (commit === null ? "-" : visible(shortCommit(commit)));
  const names = naturally((waiting ?? []).map(({ agent }) => agent));
  const agents = waiting === null ? "unknown" : names.length === 0 ? "-" : rangesOf(names);
  return [state, short(applied?.revision ?? null), short(newest), agents];
}
