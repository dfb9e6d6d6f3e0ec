import { readPath } from "../drivers/files/read.ts";
import { controlGroupOf, readControlGroup } from "./control-group.ts";

/** What an agent's processes are doing. */
export type Pulse =
  /** `usedUs` is the processor time that all of them together have used, µs; undefined where that cannot be told. */
  | { readonly kind: "runs"; readonly usedUs: number | undefined }
  /** Its command has ended, which systemd is about to see. */
  | { readonly kind: "ends" }
  /** Its unit has no main process. */
  | { readonly kind: "gone" };

/** Feels the pulse of the agent whose runtime directory this is: the start script keeps `pid` and `lock` there. */
export function readPulse(runtime: string): Pulse {
  const pid = contentOf(`${runtime}/pid`);
  const group = pid === undefined ? undefined : controlGroupOf(Number(pid));
  if (group === undefined) return { kind: "gone" };
  // In there is the command's exit status, from the moment of its end on; the pane lives a tenth of a second longer.
  if (contentOf(`${runtime}/lock`) !== "") return { kind: "ends" };
  const used = /^usage_usec (\d+)$/m.exec(readControlGroup(group, "cpu.stat") ?? "")?.[1];
  return { kind: "runs", usedUs: used === undefined ? undefined : Number(used) };
}

function contentOf(path: string): string | undefined {
  const file = readPath(path);
  return file?.kind === "file" ? file.content : undefined;
}
