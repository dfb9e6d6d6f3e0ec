import type { LocatedEntry, LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { Ledger } from "../form/ledger.ts";
import { entryOf, itemsOf, textAt, nodeText, firstValue } from "../form/nodes.ts";

/** The dependencies of one process. */
export interface Dependencies {
  /** Processes that start before it. */
  readonly started: readonly string[];
  /** Commands that must end before it starts: those of processes without another one waiting for them. */
  readonly steps: readonly string[];
}

/** The dependencies of all processes. */
export interface DependencyTable {
  readonly of: (process: string) => Dependencies;
  /** Processes that become a step before the start of another one, with its name. */
  readonly steps: ReadonlyMap<string, string>;
}

/** Reads depends_on of all processes. A condition that is left out means the other process has ended. */
export function readDependencies(entries: readonly LocatedEntry[], ledger: Ledger): DependencyTable {
  const edges = entries.flatMap((entry) => edgesOf(entry));
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  const steps = new Map<string, string>();
  for (const { from, to, ends, isAssumed, at } of edges) {
    if (!known.has(to)) ledger.lose("unknown-process", at, to);
    if (!ends) continue;
    const all = edges.filter((edge) => edge.to === to);
    // The tool would wait for ever for the end of a server, so nobody means that.
    if (isAssumed && isServer(known.get(to))) continue;
    const isFree = (known.get(to) ? edgesOf(known.get(to) as LocatedEntry) : []).length === 0;
    if (all.length === 1 && isFree && isPlain(known.get(to))) steps.set(to, from);
    else ledger.lose("waits-for-end", at, from, to);
  }
  return {
    steps,
    of: (process) => {
      const own = edges.filter(({ from, to }) => from === process && known.has(to));
      return {
        started: own.filter(({ to }) => !steps.has(to)).map(({ to }) => to),
        steps: own
          .filter(({ to }) => steps.has(to))
          .flatMap(({ to }) => textAt(known.get(to)?.value, "command") ?? []),
      };
    },
  };
}

/** Returns true for a process one command says as a whole. */
function isPlain(entry: LocatedEntry | undefined): boolean {
  const command = textAt(entry?.value, "command");
  return (
    command !== undefined &&
    !command.includes("{{") &&
    entryOf(entry?.value, "replicas", "environment", "working_dir", "env_file") === undefined
  );
}

/** Returns true for a process that is made to run on: it is started again, checked or not started at all. */
function isServer(entry: LocatedEntry | undefined): boolean {
  const restart = textAt(firstValue(entry?.value, "availability"), "restart");
  return (
    restart === "always" ||
    entryOf(entry?.value, "readiness_probe", "liveness_probe", "ready_log_line", "disabled") !== undefined
  );
}

interface ProcessDependency {
  readonly from: string;
  readonly to: string;
  /** True if the other process must have ended. */
  readonly ends: boolean;
  /** True if the file names no condition. */
  readonly isAssumed: boolean;
  readonly at: LocatedEntry | LocatedNode;
}

function edgesOf({ key, value }: LocatedEntry): readonly ProcessDependency[] {
  const dependsOn = firstValue(value, "depends_on");
  if (dependsOn?.kind === "list") {
    // The tool takes a map alone. A list comes from other tools, with the order of starts.
    return itemsOf(dependsOn).flatMap((item) =>
      (nodeText(item) ?? "") === ""
        ? []
        : [{ from: key, to: nodeText(item) ?? "", ends: false, isAssumed: true, at: item }],
    );
  }
  if (dependsOn?.kind !== "map") return [];
  return dependsOn.entries.map((at) => {
    const named = textAt(at.value, "condition") ?? nodeText(at.value);
    const ends = (named ?? "process_completed").startsWith("process_completed");
    return { from: key, to: at.key, ends, isAssumed: named === undefined, at };
  });
}
