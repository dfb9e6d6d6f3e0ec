import { fstatSync, writeFileSync } from "node:fs";

/** A standard stream, and the code and message of the first error in writing to it. */
export interface LostOutput {
  readonly stream: "stdout" | "stderr";
  readonly code: string;
  readonly message: string;
}

let lost: LostOutput | undefined;
let isListening = false;

/**
 * Writes text to standard output or standard error and never throws. An apply must not stop in the middle because of its
 * output: call `lostOutput` at the end of the run.
 */
export function print(stream: "stdout" | "stderr", text: string): void {
  listen();
  const { fd } = process[stream];
  if (!isFile(fd)) {
    process[stream].write(text);
    return;
  }
  try {
    // node's own stream drops the rest of a text that a full disk or a quota takes in part, without an error (node 20).
    writeFileSync(fd, text);
  } catch (error) {
    remember(stream, error);
  }
}

/** Returns the first error in writing to a standard stream; undefined if there was none, or only a reader that left. */
export function lostOutput(): LostOutput | undefined {
  return lost;
}

/** Handles the errors of the streams themselves, which would end the process otherwise. */
export function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].on("error", (error) => remember(stream, error));
  }
}

/** Codes of a reader that left: `| head`, and a terminal that was closed (EIO). Nobody misses the output then. */
const readerLeft: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

function remember(stream: "stdout" | "stderr", error: unknown): void {
  const { code = "unknown", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : unknown;
  if (readerLeft.has(code) || (code === "EIO" && process[stream].isTTY)) return;
  lost ??= { stream, code, message };
}

const unknown = { code: undefined, message: "unknown error" };

/** Returns true for regular files and devices, except terminals. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || (stat.isCharacterDevice() && !process[fd === 1 ? "stdout" : "stderr"].isTTY);
  } catch {
    return false;
  }
}
