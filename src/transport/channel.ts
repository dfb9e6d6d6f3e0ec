import { startChild } from "../system/child/run-command.ts";
import { killGroup } from "../system/child/supervised.ts";
import { errorMessage } from "../text/error-message.ts";

/** A program with a line to it in both directions. */
export interface Channel {
  readonly write: (data: Uint8Array | string) => void;
  /** Ends the program and its children at once; then the listener hears nothing more. */
  readonly close: () => void;
}

/** A listener to a program. */
export interface ChannelListener {
  readonly onText: (text: string) => void;
  readonly onError: (text: string) => void;
  /** The end of the program: `detail` says why it did not start. */
  readonly onEnd: (detail: string | undefined) => void;
}

/** The longest wait for the output of a program after its end, ms: a child in the background may keep it open. */
const restMs = 300;

/** Starts a program in the environment of this process, in a process group of its own. */
export function openChannel(file: string, args: readonly string[], listener: ChannelListener): Channel {
  let isOpen = true;
  const end = (detail?: string): void => {
    if (!isOpen) return;
    isOpen = false;
    listener.onEnd(detail);
  };
  let child: ReturnType<typeof startChild>;
  try {
    child = startChild(file, args, process.env, ["pipe", "pipe", "pipe"]);
  } catch (error) {
    // execa throws for a NUL in an argument.
    setImmediate(() => end(errorMessage(error)));
    return { write: () => undefined, close: () => void (isOpen = false) };
  }
  child.stdin?.on("error", () => undefined);
  child.stdout?.setEncoding("utf8").on("data", (text: string) => void (isOpen && listener.onText(text)));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (isOpen && listener.onError(text)));
  child.once("error", (error: NodeJS.ErrnoException) =>
    end(error.code === "ENOENT" ? `${file} was not found` : errorMessage(error)),
  );
  child.once("close", () => end());
  child.once("exit", () => void setTimeout(() => end(), restMs).unref());
  void child.catch(() => undefined);
  return {
    write: (data) => void child.stdin?.write(data),
    close() {
      isOpen = false;
      killGroup(child);
      child.stdin?.destroy();
    },
  };
}
