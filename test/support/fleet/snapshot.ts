import type { Entry, Sandbox } from "../rig/sandbox.ts";
import { withoutUnitNames } from "./fleet.ts";

/** The visible state of a fleet, with a mark of any touch for each thing. */
export interface Snapshot {
  /** Active units by agent (and `holder`): main process and invocation, which are new after every start. */
  readonly units: Things;
  /** Files, links and folders (`PATH/`) by path below ~/.config: mode, inode; and time of change, target. */
  readonly files: Things;
  /** The agents' own panes, by agent. */
  readonly panes: Things;
}

type Things = ReadonlyMap<string, string>;

export async function takeSnapshot(box: Sandbox): Promise<Snapshot> {
  const [units, files, panes] = await Promise.all([
    box.sh("systemctl --user show --state=active --property=Id,MainPID,InvocationID 'mosaic-*.service'"),
    box.entries("~/.config"),
    box.run(["tmux", "-N", "-L", "mosaic-factory", "list-panes", "-a", "-F", "#{@mosaic_agent}|#{pane_id}"]),
  ]);
  return { units: unitsIn(units), files: new Map(files.map(thingOf)), panes: thingsIn(panes.stdout) };
}

/** Returns the sorted differences between two snapshots: `+ NAME` appeared, `- NAME` went, `~ NAME` changed. */
export function changes(before: Things, after: Things): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${!before.has(name) ? "+" : !after.has(name) ? "-" : "~"} ${name}`);
}

/** Parses the output of systemctl: a block a unit, with its properties in an order of its own. */
function unitsIn(output: string): Things {
  const blocks = output.split("\n\n").filter((block) => block.includes("Id="));
  return new Map(
    blocks.map((block) => {
      const lines = block.trim().split("\n").sort();
      const id = lines.find((line) => line.startsWith("Id="))?.slice("Id=".length) ?? "";
      return [withoutUnitNames(id), lines.join(" ")];
    }),
  );
}

function thingOf({ path, kind, mode, inode, writtenNs, link }: Entry): readonly [string, string] {
  return kind === "d" ? [`${path}/`, `${mode} ${inode}`] : [path, `${mode} ${inode} ${writtenNs} ${link}`];
}

function thingsIn(output: string): Things {
  return new Map(
    output
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf("|")), line.slice(line.indexOf("|") + 1)]),
  );
}
