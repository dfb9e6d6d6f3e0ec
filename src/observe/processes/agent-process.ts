import { readFileSync, readlinkSync } from "node:fs";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { unifiedGroupIn } from "../../machine/control-groups.ts";

/** The process of an agent's command, as far as another program can live like it. */
export interface AgentProcess {
  /** Its environment at its start, as bytes in latin1. */
  readonly env: ReadonlyMap<string, string>;
  /** Its working directory now. */
  readonly workdir: string;
  /** The unit's control group, a path in the unified tree such as `/user.slice/…/mosaic-agent@a.service`. */
  readonly group: string;
}

/**
 * Returns the process of the command below the script in a pane; undefined if it has ended, or may not be read.
 */
export function agentProcess(panePid: number): AgentProcess | undefined {
  const [child] = (readKernelFile(`/proc/${panePid}/task/${panePid}/children`) ?? "").trim().split(" ");
  return child ? processAt(child, panePid) : undefined;
}

/** Returns the main process of a service; undefined if it has ended, or may not be read. */
export function serviceProcess(pid: number): AgentProcess | undefined {
  return processAt(String(pid), pid);
}

/** Returns a process in the control group of another one. */
function processAt(child: string, member: number): AgentProcess | undefined {
  const group = unifiedGroupIn(readKernelFile(`/proc/${member}/cgroup`) ?? "");
  if (group === undefined) return undefined;
  try {
    const entries = readFileSync(`/proc/${child}/environ`, "latin1").split("\0");
    const pairs = entries.map((each) => [each, each.indexOf("=")] as const).filter(([, at]) => at > 0);
    return {
      env: new Map(pairs.map(([each, at]) => [each.slice(0, at), each.slice(at + 1)])),
      workdir: readlinkSync(`/proc/${child}/cwd`),
      group,
    };
  } catch {
    return undefined; // it has ended in between
  }
}

/** Returns the control group of this process in the unified tree. */
export function ownGroup(): string | undefined {
  return unifiedGroupIn(readKernelFile("/proc/self/cgroup") ?? "");
}
