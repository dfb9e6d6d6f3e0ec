import { readPath } from "../../drivers/files/read.ts";
import { controlGroupOf } from "./control-group.ts";
import { allWait, processorTime } from "./processor-use.ts";

/** What an agent's processes are doing. */
export type Activity =
  | {
      readonly kind: "runs";
      /** The unit's main process. */
      readonly pid: number;
      /** Processor time that all processes together have used, µs; undefined where that cannot be told. */
      readonly usedUs: number | undefined;
      /** Looks whether each of them isIdle for something other than the processor or a disk. */
      readonly isIdle: () => boolean;
    }
  /** Its command has ended, which systemd is about to see. */
  | { readonly kind: "ends" }
  /** Its unit has no main process. */
  | { readonly kind: "gone" };

/** Reads the activity of the agent with this runtime directory, in which the start script keeps `pid` and `lock`. */
export function readActivity(runtime: string): Activity {
  const pid = Number(contentOf(`${runtime}/pid`));
  const group = pid > 0 ? controlGroupOf(pid) : undefined;
  if (group === undefined) return { kind: "gone" };
  // In there is the command's exit status, from the moment of its end on; the pane lives a tenth of a second longer.
  if (contentOf(`${runtime}/lock`) !== "") return { kind: "ends" };
  return { kind: "runs", pid, usedUs: processorTime(group), isIdle: () => allWait(group) };
}

function contentOf(path: string): string | undefined {
  const file = readPath(path);
  return file?.kind === "file" ? file.content : undefined;
}
