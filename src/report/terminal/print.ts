import { fstatSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import { getSystemErrorMap } from "node:util";

/** A standard stream, and the code of the first error in writing to it, with the words of the system. */
export interface LostOutput {
  readonly stream: "stdout" | "stderr";
  readonly code: string;
  readonly message: string;
}

let lost: LostOutput | undefined;
const heard = new Set<"stdout" | "stderr">();

/**
 * Writes text to standard output or standard error and never throws. An apply must not stop in the middle because of its
 * output: call `lostOutput` at the end of the run.
 */
export function print(stream: "stdout" | "stderr", text: string): void {
  const fd = stream === "stdout" ? 1 : 2;
  const isDirect = isFile(fd) || (mayWait && !heard.has(stream) && !isatty(fd));
  const rest = isDirect ? writeNow(stream, fd, Buffer.from(text)) : text;
  if (rest.length === 0) return;
  handleStreamErrors(stream);
  process[stream].write(rest);
}

let mayWait = false;

/**
 * Lets this run wait for a slow reader of its output, as most programs do. Only for a command that holds no
 * lock and changes nothing: then a pipe needs no stream of node, at a cost of 3 % of a plan.
 */
export function waitForReaders(): void {
  mayWait = true;
}

/** Writes to a file, a pipe or a socket, and returns the rest without room in a non-blocking pipe. */
function writeNow(stream: "stdout" | "stderr", fd: number, text: Buffer): Buffer {
  let rest = text;
  try {
    // node's own stream drops the rest of a text a full disk or a quota takes in part, without an error (node 20).
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return rest;
    rememberLoss(stream, error);
  }
  return rest.subarray(rest.length);
}

/**
 * Writes bytes to standard output, and waits for a slow reader. Returns false if nobody takes them any more. Only for a command
 * that holds no lock.
 */
export async function printBytes(bytes: Uint8Array): Promise<boolean> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        rememberLoss("stdout", error);
        return false;
      }
      await sleep(waitMs);
    }
  }
  return true;
}

/** The time between two tries to write to a full pipe that does not block, ms. */
const waitMs = 5;

/** Returns the first error in writing to a standard stream; undefined if there was none, or only a reader that left. */
export function lostOutput(): LostOutput | undefined {
  return lost;
}

/**
 * Handles the errors of a stream itself, which would end the process otherwise. Not for both at the start of
 * each run: node takes 1 to 2 % of a plan to make a stream, and most runs print to one of them only.
 */
export function handleStreamErrors(stream: "stdout" | "stderr"): void {
  if (heard.has(stream)) return;
  heard.add(stream);
  process[stream].on("error", (error) => rememberLoss(stream, error));
}

/** Returns true if the streams printed to have passed on everything. */
export function isAllWritten(): boolean {
  return [...heard].every((stream) => process[stream].writableLength === 0);
}

/** Codes of a reader that left: `| head`, and a closed terminal (EIO). Nobody misses the output then. */
const readerLeft: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

function rememberLoss(stream: "stdout" | "stderr", error: unknown): void {
  const {
    code = "unknown",
    errno = 0,
    message,
  } = error instanceof Error ? (error as NodeJS.ErrnoException) : unknown;
  if (readerLeft.has(code) || (code === "EIO" && isatty(stream === "stdout" ? 1 : 2))) return;
  lost ??= { stream, code, message: getSystemErrorMap().get(errno)?.join(": ") ?? message };
}

const unknown = { code: undefined, errno: undefined, message: "unknown error" };

/** Returns true for regular files and devices, except terminals. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || (stat.isCharacterDevice() && !isatty(fd));
  } catch {
    return false;
  }
}
