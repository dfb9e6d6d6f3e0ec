import { layoutOf } from "../../desired/layout.ts";
import type { Machine } from "../../machine/machine.ts";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { readAppliedFile } from "../runtime/applied-file.ts";

/**
 * Returns the fleet file of the agent this process belongs to: the last applied one of its fleet. An agent works in a
 * folder of its own, and means its own fleet. Undefined outside of agents.
 */
export function fileOfOwnAgent(machine: Machine): string | undefined {
  const cgroup = readKernelFile("/proc/self/cgroup") ?? "";
  const fleet = /\/(?<fleet>[^/]+)-agent@[^/]+\.service(?:\/|$)/m.exec(cgroup)?.groups?.["fleet"];
  return fleet === undefined ? undefined : readAppliedFile(layoutOf(fleet, "", machine), undefined)?.path;
}
