import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openRace, type Outcome, type Race, type RaceOptions, type Way } from "./race.ts";
import { raceTable } from "./table.ts";
import { ways } from "./ways/ways.mjs";

/** The hardest ways for other designs of a watch: npm test tries these, npm run race tries all. */
const hard = [
  "git checkout",
  "renamed, of the same size and time (Nix)",
  "chmod alone",
  "kubernetes: ..data is swapped",
  "the folder is deleted and made again",
  "three levels are missing at the start",
];
const hardest = [
  ...hard,
  "vim with its defaults",
  "deleted and created, twice in 100 ms",
  "a chain of links, the middle one is swapped",
  "another folder in its place",
  "renamed, and 400 ms later through a hard link",
];

const { RACE_TRIES, RACE_WAYS, RACE_GROUNDS = "", RACE_DEBOUNCE = "0" } = process.env;
const isLong = RACE_TRIES !== undefined;
const isAsked = ({ title }: Way): boolean => new RegExp(RACE_WAYS ?? "", "i").test(title);

const hasMount =
  existsSync("/dev/fuse") && ["bindfs", "unshare"].every((name) => spawnSync("which", [name]).status === 0);

interface Ground extends Pick<RaceOptions, "env" | "isMounted" | "limitMs" | "lanes"> {
  readonly name: string;
  /** The ways that npm test tries there. */
  readonly short: readonly string[];
}

/** The places of the files, and how the files are followed there. */
const grounds: readonly Ground[] = [
  { name: "inotify", limitMs: 1_500, lanes: 1, short: hardest },
  {
    name: "polling",
    env: { CHOKIDAR_USEPOLLING: "1", CHOKIDAR_INTERVAL: "200" },
    limitMs: 4_000,
    lanes: 10,
    short: hard,
  },
  // The kernel caches a file there for a second.
  {
    name: "a FUSE mount",
    env: { CHOKIDAR_INTERVAL: "200" },
    isMounted: true,
    limitMs: 6_000,
    lanes: 10,
    short: hard,
  },
];

const results = new Map<string, readonly Outcome[]>();

const asked = grounds.filter(({ name }) => name.toLowerCase().includes(RACE_GROUNDS.toLowerCase()));
describe.for(asked.map((ground) => [ground.name, ground] as const))(
  "A save that races with the watch, on %s,",
  ([, ground]) => {
    let race: Race | undefined;
    const outcomes: Outcome[] = [];
    afterAll(() => {
      race?.close();
      results.set(ground.name, outcomes);
    });

    // The root folder is not part of the mount.
    const possible = ways.filter(({ isElsewhere }) => !(ground.isMounted && isElsewhere));
    const chosen = possible.filter((way) => (isLong ? isAsked(way) : ground.short.includes(way.title)));
    it.for(chosen.map((way) => [way.title, way] as const))(
      "is never missed: %s",
      { timeout: 600_000 },
      async ([, way], context) => {
        if (ground.isMounted && !hasMount) {
          context.skip("left out: it needs bindfs (apt-get install bindfs), unshare and /dev/fuse");
        }
        race ??= await openRace({
          ...ground,
          tries: isLong ? Number(RACE_TRIES) : 2,
          debounceMs: Number(RACE_DEBOUNCE),
        });
        const outcome = await race.run(way);
        outcomes.push(outcome);
        expect({ missed: outcome.missed, errors: outcome.errors }).toEqual({ missed: [0, 0, 0], errors: [] });
      },
    );
  },
);

afterAll(() => {
  if (isLong) console.log(`\n${raceTable(results).join("\n")}\n`);
  if (!hasMount) console.log("The race on a FUSE mount was left out: apt-get install bindfs");
});
