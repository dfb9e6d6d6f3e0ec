import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "rolldown";
import type { FollowerRequest, Sighting } from "./follower.ts";
import { stateOf } from "./state.ts";

/** A way to save, as far as the race looks at it. */
export interface Way {
  readonly title: string;
  /** A change outside of the folder of the try, too. */
  readonly isElsewhere?: boolean;
}

/** The options of a race. */
export interface RaceOptions {
  readonly tries: number;
  /** The quiet time before the follower reads, ms. */
  readonly debounceMs: number;
  /** Variables of the follower. */
  readonly env?: Readonly<Record<string, string>>;
  /** Follows the files through a mount on which inotify(7) sees no changes. */
  readonly isMounted?: boolean;
  /** By when a save must have been read, ms after the save and the debounce. */
  readonly limitMs: number;
  /** The number of tries side by side: polling is mostly waiting. */
  readonly lanes: number;
}

/** The outcome of one way to save. */
export interface Outcome {
  readonly title: string;
  /** The number of first saves, of second ones in the same way, and of later ones in place that were never read. */
  readonly missed: readonly [number, number, number];
  readonly saves: number;
  /** From the end of a save until it was read, ms. */
  readonly latencies: readonly number[];
  readonly errors: readonly string[];
}

/** Each turn is one save; the last one is in place. */
const turns = ["save", "save", "plain"] as const;

/** A race that is ready to run. */
export interface Race {
  run(way: Way): Promise<Outcome>;
  close(): void;
}

/** Starts a process for saves and a follower, and returns a function that runs one way after the other. */
export async function openRace(options: RaceOptions): Promise<Race> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-race-")));
  const [source, view] = [join(base, "source"), join(base, options.isMounted ? "mount" : "source")];
  for (const folder of [source, view]) mkdirSync(folder, { recursive: true });
  const saver = fork(fileURLToPath(new URL("saver.mjs", import.meta.url)), {
    stdio: ["ignore", 1, 2, "ipc"],
  });
  const follower = await startFollower(base, options);
  const saved = answersOf<{ readonly key: string; readonly endMs: number; readonly error?: string }>(saver);
  const seen = answersOf<Sighting>(follower);

  function ask(request: object): Promise<{ readonly endMs: number; readonly error?: string | undefined }> {
    const key = `${Math.random()}`;
    saver.send({ key, ...request });
    return new Promise((resolve) => saved.on(key, resolve));
  }

  async function attemptOf({ title }: Way, attempt: number, outcome: Tally): Promise<void> {
    const name = `try${attempt}`;
    const filesIn = (folder: string): readonly string[] =>
      ["top/one/fleet.yaml", "two/key.env", "three/fleet.tmux.conf"].map((file) => join(folder, name, file));
    const root = join(source, name);
    mkdirSync(root);
    const request = { title, root, attempt };
    const report = ({ error }: { readonly error?: string | undefined }): void => {
      if (error !== undefined) outcome.errors.push(error);
    };
    report(await ask({ ...request, phase: "setup", turn: 0 }));
    const last = { state: "", atMs: 0 };
    seen.on(name, (sighting) => Object.assign(last, sighting));
    const follow: FollowerRequest = {
      kind: "follow",
      key: name,
      files: filesIn(view),
      debounceMs: options.debounceMs,
    };
    follower.send(follow);
    while (last.state === "") await pause(2);
    await pause(30);
    for (const [index, phase] of turns.entries()) {
      const done = await ask({ ...request, phase, turn: index + 1 });
      report(done);
      const files = filesIn(source);
      const deadline = performance.now() + options.limitMs + options.debounceMs;
      while (last.state !== stateOf(files) && performance.now() < deadline) await pause(4);
      if (last.state === stateOf(files)) outcome.latencies.push(last.atMs - done.endMs);
      else outcome.missed[index as 0 | 1 | 2] += 1;
      outcome.saves += 1;
      // A late event of this save must not count for the next one.
      await pause(60 + options.debounceMs / 2);
    }
    follower.send({ kind: "leave", key: name } satisfies FollowerRequest);
    seen.off(name);
    report(await ask({ ...request, phase: "teardown", turn: 0 }));
    rmSync(root, { recursive: true, force: true });
  }

  return {
    async run(way) {
      const outcome: Tally = { title: way.title, missed: [0, 0, 0], saves: 0, latencies: [], errors: [] };
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < options.tries) await attemptOf(way, next++, outcome);
      };
      await Promise.all(Array.from({ length: options.lanes }, lane));
      return outcome;
    },
    close() {
      saver.kill();
      follower.kill();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

interface Tally extends Outcome {
  readonly missed: [number, number, number];
  saves: number;
  readonly latencies: number[];
  readonly errors: string[];
}

/** The mount is in a namespace of the follower alone, and ends with it. */
const mounted = `
  setpriv --pdeathsig TERM "$0" -f --no-allow-other "$1/source" "$1/mount" 3>&- &
  for turn in $(seq 100); do ! mountpoint -q "$1/mount" || break; sleep 0.05; done
  exec "$2" "$1/follower.mjs"`;

async function startFollower(base: string, { env, isMounted }: RaceOptions): Promise<ChildProcess> {
  await build({
    input: fileURLToPath(new URL("follower.ts", import.meta.url)),
    output: { file: join(base, "follower.mjs"), format: "esm" },
    platform: "node",
    logLevel: "warn",
  });
  const namespace = process.getuid?.() === 0 ? ["--mount"] : ["--mount", "--map-root-user"];
  const command = isMounted
    ? ["unshare", ...namespace, "bash", "-c", mounted, "bindfs", base, process.execPath]
    : [process.execPath, join(base, "follower.mjs")];
  const [file = "", ...args] = command;
  return spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", 1, 2, "ipc"] });
}

interface Answers<T> {
  on(key: string, listener: (answer: T) => void): void;
  off(key: string): void;
}

function answersOf<T extends { readonly key: string }>(child: ChildProcess): Answers<T> {
  const listeners = new Map<string, (answer: T) => void>();
  child.on("message", (answer: T) => listeners.get(answer.key)?.(answer));
  return {
    on: (key, listener) => void listeners.set(key, listener),
    off: (key) => void listeners.delete(key),
  };
}
