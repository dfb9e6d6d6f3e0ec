import { dirname } from "node:path/posix";
import { waitPath, type Layout } from "../../desired/layout.ts";
import { exists, modifiedMs, readPath } from "../../drivers/files/read.ts";
import type { GroupHalt, UnitWait } from "../../observed/types.ts";
import { haltReader } from "./halts.ts";

/** Returns the waits of systemd for these agents, by name. Reads one file for each agent, and asks nobody. */
export function readWaits(names: readonly string[], layout: Layout): ReadonlyMap<string, UnitWait> {
  const haltOf = haltReader(layout);
  return new Map(
    names.flatMap((name) => {
      const wait = readWait(waitPath(layout, name), haltOf);
      return wait === undefined || wait.kind === "unready" ? [] : [[name, wait] as const];
    }),
  );
}

/** A line of the start script about its wait. */
interface WaitLine {
  readonly words: string;
  /** The runtime folder of the agent. */
  readonly folder: string;
  readonly haltOf: HaltFinder;
}

/** A function from some groups to the reason why none of them starts. */
type HaltFinder = (groups: readonly string[]) => GroupHalt | undefined;

type WaitFacts = Partial<Pick<UnitWait, "words" | "asks" | "halt" | "untilMs">>;

/**
 * The readers of the facts of each wait, by the first word of its line; undefined for a wait that is over. A wait without a
 * reader does not compile.
 */
const readers: Readonly<
  Record<Exclude<UnitWait["kind"], "dependency">, (line: WaitLine) => WaitFacts | undefined>
> = {
  stop: () => ({}),
  ready: readinessFacts,
  unready: readinessFacts,
  turn: ({ words, haltOf }) => {
    const halt = haltOf(words.split(" "));
    return halt === undefined ? {} : { halt };
  },
  // A person has ended the wait if its limit is gone: the start script looks from time to time.
  limit: ({ words, folder }) => (exists(`${folder}/limit`) ? { untilMs: Number(words) * 1000 } : undefined),
};

const waitLine = new RegExp(`^(?<kind>${Object.keys(readers).join("|")}) (?<limit>\\d+) (?<words>.+)\\n$`);

/**
 * Returns the wait in a file of the start script; undefined if there is none. `haltOf` returns the reason why none of some
 * groups starts.
 */
export function readWait(path: string, haltOf: HaltFinder = () => undefined): UnitWait | undefined {
  if (!exists(path)) return undefined;
  const file = readPath(path);
  const sinceMs = modifiedMs(path);
  if (file?.kind !== "file" || sinceMs === undefined) return undefined;
  const found = waitLine.exec(file.content)?.groups;
  if (found === undefined) return undefined;
  const kind = found["kind"] as keyof typeof readers;
  const words = found["words"] ?? "";
  const facts = readers[kind]({ words, folder: dirname(path), haltOf });
  return facts && { kind, sinceMs, limitMs: Number(found["limit"]), words, ...facts };
}

function readinessFacts({ folder }: WaitLine): WaitFacts {
  const asks = questionIn(`${folder}/asks`);
  return { words: "", ...(asks === undefined ? {} : { asks }) };
}

function questionIn(path: string): string | undefined {
  const file = readPath(path);
  const row = file?.kind === "file" ? file.content.trim() : "";
  return row === "" ? undefined : row;
}
