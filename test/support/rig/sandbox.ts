import { giveBack, takeBox } from "./box/kept.ts";
import { openLine, type BoxOptions, type Line } from "./box/line.ts";
import { plainWords } from "./box/plain-words.ts";
import type { Answer, Entry, Ran, Request } from "./box/protocol.ts";
import { isBrief } from "./inside/brief.mjs";

export type { Entry, Ran } from "./box/protocol.ts";

/** The longest time of a command unless told, ms: this only ends what is stuck. */
const longestMs = 120_000;

/** The surroundings of a command inside. */
export interface RunOptions {
  /** The working directory; ~/work unless told. `~/` and relative paths are below HOME. */
  readonly cwd?: string;
  /** Variables on top of the session's. */
  readonly env?: Record<string, string>;
  /** The text on the command's standard input; by default nothing. */
  readonly input?: string;
  /** ms, 120,000 unless told; the command's process group is killed then, and its code is 137. */
  readonly timeoutMs?: number;
}

/** The surroundings of a run of `fleet`. */
interface FleetOptions extends Omit<RunOptions, "input"> {
  /** True for a run without the session's variables. */
  readonly isBare?: boolean;
}

/** The parts of a folder to be listed. */
interface EntriesOptions {
  /** Paths below the folder that are left out, with all below them. */
  readonly without?: readonly string[];
  /** True to have the texts of files digested. */
  readonly isDigested?: boolean;
}

/** The surroundings of a script. */
interface ScriptOptions extends RunOptions {
  /** True if each `fleet` in it is a process of its own, for example because the script needs its number. */
  readonly isReal?: boolean;
}

/** A running sandbox: a real systemd user manager and journal, and an ordinary user with an empty HOME. */
export interface Sandbox {
  /** HOME inside. */
  readonly home: string;
  readonly uid: number;
  /** The process outside whose end is the end of the sandbox. */
  readonly pid: number;
  /** Runs an argument vector inside, as the user. `fleet`, node, tmux and systemctl are on PATH. */
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /**
   * Runs `fleet` inside, in a process that has run it before. Each run loads the program again: only the start of node
   * is left out. For a run that a test interrupts, measures or loads code into, use `run`.
   */
  fleet(args: readonly string[], options?: FleetOptions): Promise<Ran>;
  /**
   * Runs a bash script inside and returns its standard output; throws with all it said when it exits non-zero. A brief
   * run of `fleet` in it happens as with `fleet`, if its input is /dev/null. A script of one plain command runs without
   * bash.
   */
  sh(script: string, options?: ScriptOptions): Promise<string>;
  /** Writes a file inside, with its parent directories. `~/` and relative paths are below HOME. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** The text of a file inside. */
  read(path: string): Promise<string>;
  /**
   * Returns the whole lines of a growing file inside after its first bytes. Waits until it grows, and at most for so
   * long: then the text is empty.
   */
  more(path: string, from: number, waitMs: number): Promise<string>;
  /**
   * Returns everything below a folder inside, as `find` shows it, in the order of the paths, and starts no program. A
   * folder that is not there or not readable has nothing in it.
   */
  entries(root: string, options?: EntriesOptions): Promise<readonly Entry[]>;
  /** Ends everything inside, and returns once it is gone. */
  close(): Promise<void>;
}

/** HOME inside. */
const home = "/run/home";

/**
 * Opens a sandbox. It may have been another test's, of which only the rig's own processes are left. Throws with the reason
 * if this machine cannot have one.
 */
export async function openSandbox(options: BoxOptions = {}): Promise<Sandbox> {
  return handleOf(await takeBox(options), options, (line) => giveBack(options, line));
}

/** Opens a sandbox that no test has used, and ends it when it is closed. */
export async function openNewSandbox(options: BoxOptions = {}): Promise<Sandbox> {
  return handleOf(await openLine(options), options, (line) => line.end());
}

/** Returns the handle of a sandbox, until it is closed. */
function handleOf(line: Line, options: BoxOptions, close: (line: Line) => Promise<void>): Sandbox {
  let isClosed = false;
  const ask = (request: Request): Promise<Answer> =>
    isClosed ? Promise.reject(new Error("the sandbox is closed")) : line.ask(request);
  async function textBy(request: Extract<Request, { readonly path: string }>): Promise<string> {
    const { text } = await ask(request);
    if (text === undefined) throw new Error(`the rig's server did not say what is in ${request.path}`);
    return text;
  }
  async function runBy(request: Request): Promise<Ran> {
    const { ran } = await ask(request);
    if (ran === undefined) throw new Error("the rig's server did not say how the command ended");
    return ran;
  }
  const run = (argv: readonly string[], how: RunOptions = {}): Promise<Ran> =>
    runBy({ op: "run", argv, timeoutMs: longestMs, ...how });

  const fleet = (args: readonly string[], how: FleetOptions = {}): Promise<Ran> =>
    runBy({ op: "fleet", args, timeoutMs: longestMs, ...how });
  const runScript = (script: string, isReal: boolean, how: RunOptions): Promise<Ran> => {
    const words = isReal ? undefined : plainWords(script, home);
    const [program, ...args] = words ?? [];
    const isAlone = how.input !== undefined || how.env?.["NODE_OPTIONS"] !== undefined;
    if (program === "fleet" && isBrief(args) && !isAlone) return fleet(args, how);
    if (words !== undefined && program !== "fleet") return run(words, how);
    const standIn = isReal ? "" : 'fleet() { /run/fleet/rig/inside/fleet "$@"; }\n';
    return run(["bash", "-c", `${standIn}set -eo pipefail\n${script}`], how);
  };

  return {
    home,
    uid: options.uid ?? 1000,
    pid: line.pid,
    run,
    fleet,
    async sh(script, { isReal = false, ...how } = {}) {
      const ran = await runScript(script, isReal, how);
      if (ran.code !== 0) throw new Error(`exit ${ran.code} of: ${script}\n${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    },
    async write(path, text, mode) {
      await ask({ op: "write", path, text, mode });
    },
    read: (path) => textBy({ op: "read", path }),
    more: (path, from, waitMs) => textBy({ op: "more", path, from, waitMs }),
    async entries(root, how = {}) {
      const { entries } = await ask({ op: "entries", root, ...how });
      if (entries === undefined) throw new Error(`the rig's server did not say what is in ${root}`);
      return entries;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await close(line);
    },
  };
}
