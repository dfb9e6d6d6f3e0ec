import { readContent } from "../../drivers/files/read.ts";
import { controlGroupOf } from "./control-group.ts";
import { allWait, processorTime } from "./resource-use.ts";

/** The activity of an agent's processes. */
export type ProcessActivity =
  | {
      readonly kind: "runs";
      /** The unit's main process. */
      readonly pid: number;
      /** Processor time of all processes together, µs; undefined if unknown. */
      readonly usedUs: number | undefined;
      /** Looks whether each of them isIdle for something other than the processor or a disk. */
      readonly isIdle: () => boolean;
    }
  /** Its command has ended, and systemd is about to see it. */
  | { readonly kind: "ends" }
  /** Its unit has no main process. */
  | { readonly kind: "gone" };

/**
 * Reads the activity of the agent with this runtime directory, where the start script keeps `pid` and `lock`.
 */
export function readActivity(runtime: string): ProcessActivity {
  const pid = Number(readContent(`${runtime}/pid`));
  const group = pid > 0 ? controlGroupOf(pid) : undefined;
  if (group === undefined) return { kind: "gone" };
  // In there is the command's exit status, from the moment of its end on; the pane lives a tenth of a second longer.
  if (readContent(`${runtime}/lock`) !== "") return { kind: "ends" };
  return { kind: "runs", pid, usedUs: processorTime(group), isIdle: () => allWait(group) };
}
