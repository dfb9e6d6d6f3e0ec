import { createReadStream } from "node:fs";
import { startProgram } from "../system/child/start-program.ts";
import { killGroup } from "../system/child/supervised.ts";
import { errorMessage } from "../text/error-message.ts";

/** A program with a line to it in both directions. */
export interface Channel {
  readonly write: (data: Uint8Array | string) => void;
  /** Writes the content of a file, piece by piece. A file that cannot be read ends the program. */
  readonly writeFile: (path: string) => void;
  /** Ends the program and its children at once; then the listener hears nothing more. */
  readonly close: () => void;
}

/** A listener to a program. */
export interface ChannelListener {
  readonly onText: (text: string) => void;
  readonly onError: (text: string) => void;
  /** The end of the program: `detail` says why it did not start. `hasFailed` is false for the exit status 0. */
  readonly onEnd: (detail: string | undefined, hasFailed: boolean) => void;
}

/** The longest wait for the output of a program after its end, ms: a child in the background may keep it open. */
const restMs = 300;

/** Starts a program in the environment of this process, in a process group of its own. */
export function openChannel(file: string, args: readonly string[], listener: ChannelListener): Channel {
  let isOpen = true;
  const end = (detail: string | undefined, hasFailed: boolean): void => {
    if (!isOpen) return;
    isOpen = false;
    listener.onEnd(detail, hasFailed);
  };
  let child: ReturnType<typeof startProgram>;
  try {
    child = startProgram(file, args);
  } catch (error) {
    setImmediate(() => end(errorMessage(error), true));
    return { write: () => undefined, writeFile: () => undefined, close: () => void (isOpen = false) };
  }
  child.stdin.on("error", () => undefined);
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (isOpen && listener.onText(text)));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (isOpen && listener.onError(text)));
  child.once("error", (error: NodeJS.ErrnoException) =>
    end(error.code === "ENOENT" ? `${file} was not found` : errorMessage(error), true),
  );
  child.once("close", (code) => end(undefined, code !== 0));
  child.once("exit", (code) => void setTimeout(() => end(undefined, code !== 0), restMs).unref());
  return {
    write: (data) => void child.stdin.write(data),
    writeFile(path) {
      const content = createReadStream(path);
      content.on("error", () => child.stdin.destroy());
      child.stdin.once("close", () => content.destroy());
      content.pipe(child.stdin, { end: false });
    },
    close() {
      isOpen = false;
      killGroup(child);
      child.stdin.destroy();
    },
  };
}
