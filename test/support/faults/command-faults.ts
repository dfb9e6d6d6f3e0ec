import { beforeAll } from "vitest";
import type { Sandbox } from "../rig/sandbox.ts";
import { useSandbox } from "../rig/use-sandbox.ts";
import { openLane, type Lane, type Trial } from "./fault-lane.ts";

/** A command run by fleet, and its moment in an apply: a part of its command line, and the number of the match. */
export interface Moment {
  /** In words, beginning with the program. */
  readonly what: string;
  readonly match: string;
  readonly nth?: number;
}

/** The faults of a command. The last two do the requested work first. */
export type Fault =
  "fails" | "hangs" | "is killed" | "prints garbage" | "does it and fails" | "does it and is killed";

/** A command with one of its faults. */
export interface FaultCase extends Moment {
  readonly fault: Fault;
}

/** An apply with a fault, and its lane. */
export interface Tried {
  readonly trial: Trial;
  /** The faults of the next apply. */
  readonly mended: readonly string[];
  readonly lane: Lane;
  readonly leaving: string;
  readonly arriving: string;
  /** True if the run met the fault. */
  readonly isMet: boolean;
}

/** Returns each moment with each of the faults. */
export function withFaults<M extends Moment>(
  moments: readonly M[],
  faults: readonly Fault[],
): readonly (M & FaultCase)[] {
  return moments.flatMap((moment) => faults.map((fault) => ({ ...moment, fault })));
}

const programOf = ({ what }: Moment): string => /^\w+/.exec(what)?.[0] ?? "";
/** Returns the folder on PATH with a stand-in for the program of a case, and for no other one. */
const shimsOf = (moment: Moment): string => `/tmp/shims/${programOf(moment)}`;

/** Stands for a program. It makes the fault of a case at the case's moment, and is the real program otherwise. */
const shim = `#!/bin/sh
name=\${0##*/}
real=/usr/bin/$name
case " $name $* " in *" $MATCH"*) ;; *) exec "$real" "$@" ;; esac
echo x >>"$COUNT"
[ "$(wc -l <"$COUNT")" = "$NTH" ] || exec "$real" "$@"
case $FAULT in 'does it and '*) "$real" "$@" >/dev/null 2>&1 ;; esac
case $FAULT in
  *fails) echo 'Failed: no luck today' >&2; exit 1 ;;
  *hangs) sleep 1000; exit ;; # as a child: killing this one is not enough
  *'is killed') kill -9 $$ ;;
  'prints garbage') printf 'lorem \\001 {"ipsum": [\\n'; echo dolor >&2; exit ;;
esac
`;

/**
 * Tries all cases before the tests of the surrounding `describe`, two at once. Returns a function that gives the
 * result of a case.
 */
export function useFaults(cases: readonly FaultCase[]): (each: FaultCase) => Tried {
  const box = useSandbox();
  const trials = new Map<FaultCase, Tried>();

  beforeAll(async () => {
    for (const each of cases) await box.write(`${shimsOf(each)}/${programOf(each)}`, shim, 0o755);
    // The longest ones first.
    const queue = cases.toSorted(
      (a, b) => Number(b.fault.includes("hangs")) - Number(a.fault.includes("hangs")),
    );
    await Promise.all(
      ["lane-a", "lane-b"].map(async (name) => {
        const lane = await openLane(box, name);
        for (let next = queue.shift(); next !== undefined; next = queue.shift())
          trials.set(next, await tryOne(box, next, `/tmp/count-${cases.indexOf(next)}`, lane));
      }),
    );
  }, 600_000);

  return (each) => {
    const tried = trials.get(each);
    if (tried === undefined) throw new Error("this was not tried");
    return tried;
  };
}

/**
 * Tries a case, and tries it again with more patience if a short timeout hit another call first, as on a machine under
 * load. The file of the count has a line for each match.
 */
async function tryOne(
  box: Sandbox,
  each: FaultCase,
  count: string,
  lane: Lane,
  patience = 1,
): Promise<Tried> {
  await lane.turn();
  const { leaving, arriving } = lane;
  const factor = patience * (each.match.includes("start --") ? 0.05 : 0.1);
  const trial = await lane.apply({
    PATH: `${shimsOf(each)}:/run/fleet/bin:/usr/bin:/bin`,
    MATCH: each.match,
    FAULT: each.fault,
    NTH: String(each.nth ?? 1),
    COUNT: count,
    ...(each.fault === "hangs" ? { MOSAIC_FLEET_TIMEOUT_FACTOR: String(factor) } : {}),
  });
  const mended = await lane.mend();
  const isMet = await box.read(count).then(
    (text) => text !== "",
    () => false,
  );
  const isSound = trial.wrongs.length === 0 && mended.length === 0;
  if (isSound && patience < 5 && !isMet) return tryOne(box, each, count, lane, patience * 3);
  return { trial, lane, leaving, arriving, mended, isMet };
}
