import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Exec } from "../../../system/exec.ts";

/** The way of a pane's output to this process: tmux → dd → a FIFO. */
export interface ReaderPipe {
  /** The mark of this pipe, which is also the name of its FIFO. */
  readonly mark: string;
  /** The words of the command that tmux runs. */
  readonly command: readonly string[];
  /** Hands over what has come, and all that comes. */
  readonly begin: (take: (bytes: Buffer) => void, ended: () => void) => void;
  /** Closes this end, and removes the FIFO. The reader may live until the next output. */
  readonly close: () => void;
}

/**
 * A script for sh, which prints nothing. dd never waits for a reader: it ends if the FIFO is full, so that tmux neither waits nor gathers output.
 * Without the FIFO it ends, too, instead of making a file.
 */
const readerScript =
  'exec >/dev/null; echo $$ >"$1.pid"; exec dd bs=64k oflag=nonblock conv=nocreat status=none of="$1" 2>/dev/null';

/** ms to make a FIFO, and for the start and the end of a reader. */
const timeoutMs = 5_000;
const endMs = 1_000;

/** Makes a FIFO in the folder, and opens it for reading. Returns undefined if that is impossible. */
export async function openReaderPipe(
  exec: Exec,
  folder: string,
  mark: string,
): Promise<ReaderPipe | undefined> {
  const path = `${folder}/${mark}`;
  let fd: number;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = await exec({ file: "mkfifo", args: ["-m", "600", path], timeoutMs });
    if (made.kind !== "exited" || made.code !== 0) return undefined;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    rmSync(path, { force: true });
    return undefined;
  }
  let socket: Socket;
  try {
    socket = new Socket({ fd, readable: true, writable: false });
  } catch {
    closeSync(fd);
    rmSync(path, { force: true });
    return undefined;
  }
  socket.on("error", () => undefined);
  return {
    mark,
    command: ["sh", "-c", readerScript, "fleet-ui", path],
    begin(take, ended) {
      socket.on("data", take);
      socket.once("close", ended);
    },
    close() {
      socket.removeAllListeners("data").removeAllListeners("close");
      socket.destroy();
      rmSync(path, { force: true });
      rmSync(`${path}.pid`, { force: true });
    },
  };
}

/**
 * Ends the dd of a pipe, and with it the pipe. A pipe that somebody has put in its place is another process, which goes on.
 * Fulfilled if there is no dd any more, or after a second.
 */
export async function endReader(folder: string, mark: string): Promise<void> {
  for (const end = Date.now() + endMs; Date.now() < end; await pause(5)) {
    const pid = readerState(`${folder}/${mark}`);
    if (pid === "none") return;
    if (pid !== "unknown") kill(pid);
  }
}

/** Returns the process that reads for a FIFO. `unknown` if it has not started yet. */
function readerState(path: string): number | "none" | "unknown" {
  try {
    const pid = readFileSync(`${path}.pid`, "utf8").trim();
    if (pid === "") return "unknown";
    const isOurs = /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(path);
    return isOurs ? Number(pid) : "none";
  } catch (error) {
    return (error as NodeJS.ErrnoException).path === `${path}.pid` ? "unknown" : "none";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}
