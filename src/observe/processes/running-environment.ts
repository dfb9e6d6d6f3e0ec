import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";

/**
 * Returns the environment of an agent's command at its start, from /proc; undefined if it cannot be read. The
 * command is the child of the script in the pane.
 */
export function runningEnvironment(panePid: number): ReadonlyMap<string, string> | undefined {
  const children = readKernelFile(`/proc/${panePid}/task/${panePid}/children`);
  const [child] = children?.trim().split(" ") ?? [];
  if (!child) return undefined;
  const entries = readKernelFile(`/proc/${child}/environ`)?.split("\0");
  return (
    entries &&
    new Map(
      entries
        .filter((each) => each.includes("="))
        .map((each) => {
          const at = each.indexOf("=");
          return [each.slice(0, at), each.slice(at + 1)] as const;
        }),
    )
  );
}
