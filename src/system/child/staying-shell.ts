import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Command, CommandOutcome, CommandShell } from "../command.ts";
import type { Exec } from "../exec.ts";
import { startProgram } from "./start-program.ts";
import { maxOutput } from "./supervised.ts";

/** A shell whose owner ends it. */
export interface StayingShell extends CommandShell {
  /** Ends it after its present command. A later one starts another shell. */
  readonly end: () => void;
}

type StayingProgram = ReturnType<typeof startProgram>;

/** The longest command that it runs, characters. A process of its own reports one that is too long. */
const maxLength = 64 * 1024;
/** The exit statuses of a shell for a program that is not there or cannot be run, and the one to which it adds a signal (POSIX). */
const [notRun, notFound, bySignal] = [126, 127, 128];

/**
 * Returns a shell that stays, and runs one command at a time. For a process of its own, node copies its page table: it holds up
 * everything else for 6 to 11 ms with execa, and a shell takes 1.5 ms (measured with 60 to 150 MB of memory). It starts with
 * its first command, and ends with this process at the latest, because its input ends.
 */
export function createStayingShell(): StayingShell {
  return new OwnShell();
}

class OwnShell implements StayingShell {
  #program: StayingProgram | undefined;
  #isBusy = false;
  /** The commands so far: each has a mark of its own. */
  #count = 0;

  mayRun({ args, env, file, input }: Command): boolean {
    const words = [file, ...args];
    const isShort = words.reduce((sum, { length }) => sum + length, 0) < maxLength;
    const isPlain = env === undefined && input === undefined && file !== "";
    return !this.#isBusy && isPlain && isShort && !words.some((word) => word.includes("\0"));
  }

  async run(command: Command, env: NodeJS.ProcessEnv): Promise<CommandOutcome> {
    this.#isBusy = true;
    try {
      const program = (this.#program ??= startShell(env));
      this.#count += 1;
      const ended = await runIn(program, command, `fleet-end-${process.pid}-${this.#count}`);
      if (ended.isBroken) {
        this.#leave(program);
        // A program that has left the group keeps them open.
        for (const stream of [program.stdout, program.stderr]) stream.destroy();
      }
      return ended.outcome;
    } finally {
      this.#isBusy = false;
    }
  }

  end(): void {
    if (this.#program !== undefined) this.#leave(this.#program);
  }

  #leave(program: StayingProgram): void {
    if (this.#program === program) this.#program = undefined;
    program.stdin.end();
  }
}

/** Returns a port whose commands run in a shell if it is free, and in processes of their own otherwise. */
export function viaShell(exec: Exec, shell: CommandShell): Exec {
  return (command, abort) => exec({ ...command, shell }, abort);
}

function startShell(env: NodeJS.ProcessEnv): StayingProgram {
  const program = startProgram("sh", [], env);
  // Its end shows in its output.
  program.on("error", () => undefined);
  program.stdin.on("error", () => undefined);
  for (const stream of [program.stdout, program.stderr]) stream.setEncoding("utf8");
  program.stdin.write("exec 3>&2 2>/dev/null\n");
  return program;
}

/** Runs a command. `mark` is a text that no other command has. */
async function runIn(
  program: StayingProgram,
  command: Command,
  mark: string,
): Promise<{ readonly outcome: CommandOutcome; readonly isBroken: boolean }> {
  const { file, timeoutMs } = command;
  let cut: "late" | "much" | undefined;
  let wake: (() => void) | undefined;
  const isCut = new Promise<void>((resolve) => (wake = resolve));
  const end = (why: typeof cut): void => {
    cut = why;
    killShell(program);
    wake?.();
  };
  const timer = setTimeout(() => end("late"), timeoutMs);
  const [stdout, stderr] = ([program.stdout, program.stderr] as const).map(
    (stream) => new ShellOutput(stream, mark, () => end("much")),
  ) as [ShellOutput, ShellOutput];
  program.stdin.write(linesToRun(command, mark));
  // A program may have left the group, and keep the output open.
  await Promise.race([isCut, Promise.all([stdout.ended, stderr.ended])]);
  clearTimeout(timer);
  for (const each of [stdout, stderr]) each.leave();
  const complaint = stderr.text();
  const broken = (outcome: CommandOutcome) => ({ outcome, isBroken: true });
  if (cut === "late") return broken({ kind: "timed-out", timeoutMs, stderr: complaint });
  if (cut === "much") {
    return broken({ kind: "not-started", message: `${file} printed more than ${maxOutput} characters` });
  }
  const code = await stdout.ended;
  if (code === undefined) return broken({ kind: "killed", signal: "SIGKILL", stderr: complaint });
  return { outcome: shellOutcome(code, stdout.text(), complaint), isBroken: false };
}

function shellOutcome(code: number, stdout: string, stderr: string): CommandOutcome {
  if (code === notFound) return { kind: "not-found" };
  if (code === notRun) return { kind: "not-started", message: stderr.trim() };
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - bySignal)?.[0];
  return signal === undefined ? { kind: "exited", code, stdout, stderr } : { kind: "killed", signal, stderr };
}

/** Returns the lines that run a command, and put a mark behind both of its outputs: its exit status is in the first. */
function linesToRun({ args, file }: Command, mark: string): string {
  const words = [file, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  // In a subshell: the shell itself complains of a command that a signal ends, and with its redirections in force.
  const run = `(exec ${words.join(" ")} </dev/null 2>&3 3>&-)`;
  return `${run}; printf '\\n%s %s\\n' ${mark} "$?"; printf '\\n%s 0\\n' ${mark} >&3\n`;
}

/** One output of a command, from its first byte to the mark behind it. */
class ShellOutput {
  readonly #stream: Readable;
  readonly #mark: string;
  readonly #printedTooMuch: () => void;
  readonly #parts: string[] = [];
  readonly #wanted: RegExp;
  /** The end of the output, as long as two marks. */
  #tail = "";
  #length = 0;
  #markLength = 0;
  #finish: ((code: number | undefined) => void) | undefined;
  /** The number behind the mark; undefined if the shell has ended. */
  readonly ended = new Promise<number | undefined>((resolve) => (this.#finish = resolve));

  constructor(stream: Readable, mark: string, printedTooMuch: () => void) {
    [this.#stream, this.#mark, this.#printedTooMuch] = [stream, mark, printedTooMuch];
    this.#wanted = new RegExp(`\\n${mark} (\\d+)\\n$`);
    stream.on("data", this.#take).on("close", this.#close);
    if (stream.destroyed) this.#close();
  }

  text(): string {
    return this.#parts.join("").slice(0, this.#length - this.#markLength);
  }

  leave(): void {
    this.#stream.off("data", this.#take).off("close", this.#close);
  }

  readonly #take = (text: string): void => {
    this.#parts.push(text);
    this.#length += text.length;
    this.#tail = `${this.#tail}${text}`.slice(-2 * this.#mark.length);
    const found = this.#wanted.exec(this.#tail);
    if (found !== null) {
      this.#markLength = found[0].length;
      this.#finish?.(Number(found[1]));
    } else if (this.#length > maxOutput) this.#printedTooMuch();
  };

  readonly #close = (): void => this.#finish?.(undefined);
}

function killShell({ pid }: StayingProgram): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
