import type { Sandbox } from "../rig/sandbox.ts";
import { until, untilMs } from "../rig/until.ts";
import { linesOf } from "../fleet/state.ts";
import type { Change } from "../../../src/plan/change.ts";
import { inShort } from "../plan/detail.ts";
import { misfits } from "../report/schema.ts";

/** A line of `fleet watch --json`, as far as tests look at it. */
export interface Told {
  readonly event: string;
  readonly time: string;
  readonly agent?: string;
  readonly action?: string;
  readonly changes?: readonly Change[];
  readonly causes?: readonly string[];
  readonly [key: string]: unknown;
}

/** A running `fleet watch --json` in a sandbox, without a terminal: SIGHUP asks it for a look. */
export interface RunningWatch {
  readonly pid: number;
  /** The file inside for its lines. */
  readonly log: string;
  /** Returns all its events so far. */
  told(): Promise<readonly Told[]>;
  /** Waits, by default for `untilMs`, until an event after the first `since` ones fits, and returns it. */
  waitFor(what: string, fits: (event: Told) => boolean, since?: number, deadlineMs?: number): Promise<Told>;
  /** Asks for a look, waits until it says that everything is in line, and returns all its events until then. */
  settled(): Promise<readonly Told[]>;
  /** Sends a signal. */
  signal(name: string): Promise<void>;
  /** Waits until it has ended, and returns its exit code. */
  ended(): Promise<number>;
  /** Ends it with SIGTERM; throws if its exit code is not 0. */
  stop(): Promise<void>;
  /** Returns its standard error. */
  complaints(): Promise<string>;
}

let count = 0;

/** The longest wait of the sandbox for a line, ms. */
const longestWaitMs = 1_000;

/** Starts one next to the fleet.yaml in ~/work, and waits until it says it watches, except on request. */
export async function startWatch(
  box: Sandbox,
  args: readonly string[] = [],
  options: { readonly isReady?: (event: Told) => boolean; readonly env?: Record<string, string> } = {},
): Promise<RunningWatch> {
  const log = `/tmp/watch-${++count}`;
  const command = ["fleet", "watch", "--json", ...args].map((word) => `'${word}'`).join(" ");
  const script = `: >${log}.out; { ${command} >${log}.out 2>${log}.err & echo $! >${log}.pid; wait $!; echo $? >${log}.code; } &`;
  await box.sh(script, { env: options.env ?? {}, isReal: true });
  const pid = Number(
    await until("the watch has a pid", async () => (await box.read(`${log}.pid`)).trim() || undefined),
  );

  // The file only grows. To read and check all its lines at each look takes longer than the watch.
  const parsed: Told[] = [];
  let readBytes = 0;
  /** Reads the further lines. Waits for them for at most so long, ms. */
  const readOn = async (waitMs: number): Promise<void> => {
    const from = readBytes;
    const lines = await box.more(`${log}.out`, from, waitMs);
    if (readBytes !== from) return readOn(0); // another reader was faster, and may have read less
    readBytes += Buffer.byteLength(lines);
    parsed.push(...linesOf(lines).map(parseEvent));
  };
  const told = async (): Promise<readonly Told[]> => {
    await readOn(0);
    return [...parsed];
  };
  const waitOn = async (what: string, find: () => Told | undefined, deadlineMs: number): Promise<Told> => {
    const deadline = performance.now() + deadlineMs;
    for (let waitMs = 0; ; waitMs = longestWaitMs) {
      await readOn(waitMs);
      const found = find();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`gave up after ${deadlineMs} ms: ${what}`);
    }
  };
  const watch: RunningWatch = {
    pid,
    log: `${log}.out`,
    told,
    async waitFor(what, fits, since = 0, deadlineMs = untilMs) {
      return waitOn(what, () => parsed.slice(since).find(fits), deadlineMs).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await box.read(`${log}.out`)}${await box.read(`${log}.err`)}`, {
          cause: error,
        });
      });
    },
    async settled() {
      for (let isInLine = false; !isInLine;) {
        const { length } = await told();
        await watch.signal("HUP");
        // If it had something to do, a second request must show that this was all. A file that was saved just now is
        // read a moment later, by a look without a request.
        const { event } = await watch.waitFor(
          "it has looked",
          ({ event: kind }) => kind === "in-line" || kind === "applied",
          length,
        );
        isInLine = event === "in-line";
      }
      return told();
    },
    signal: async (name) => void (await box.sh(`kill -${name} ${pid}`)),
    ended: async () =>
      Number(await until("the watch ends", async () => (await box.read(`${log}.code`)).trim() || undefined)),
    async stop() {
      await watch.signal("TERM");
      const code = await watch.ended();
      if (code !== 0) throw new Error(`the watch ended with ${code}: ${await watch.complaints()}`);
    },
    complaints: () => box.read(`${log}.err`),
  };
  const isReady = options.isReady ?? (({ event }) => event === "watching");
  await watch.waitFor("it watches", isReady);
  return watch;
}

/** Parses one line. Throws if it does not fit the schema. */
function parseEvent(line: string): Told {
  const event = JSON.parse(line) as Told;
  const problems = misfits("watch", event);
  if (problems.length > 0) throw new Error(`${JSON.stringify(problems.slice(0, 5))}\n${line}`);
  return event;
}

/** Returns the changes in some events, as `AGENT ACTION: REASON DETAIL`. */
export function changesIn(told: readonly Told[]): readonly string[] {
  return told.flatMap(({ event, agent, action, changes = [] }) =>
    event === "changed" ? [`${agent} ${action}: ${changes.map(inShort).join(", ")}`] : [],
  );
}

/** Returns the number of applies. */
export function appliesIn(told: readonly Told[]): number {
  return told.filter(({ event }) => event === "applied").length;
}
