import type { Sandbox } from "../rig/sandbox.ts";
import { withoutUnitNames } from "../fleet/fleet.ts";

/** A process in a sandbox. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** The unit in whose control group it is, as `withoutUnitNames` calls it. */
  readonly unit: string;
  /** Its variable WHO. It identifies the agent of a process that has left its parents. */
  readonly who: string | undefined;
}

/** Returns every process in the sandbox. */
export async function processes(box: Sandbox): Promise<readonly Process[]> {
  const [facts, variables] = await Promise.all([
    box.sh("grep -sE '^(PPid:|0::)' /proc/[0-9]*/status /proc/[0-9]*/cgroup || true"),
    box.sh("grep -sazoH '^WHO=.*' /proc/[0-9]*/environ | tr '\\0' '\\n' || true"),
  ]);
  const parents = byPid(facts, /^\/proc\/(\d+)\/status:PPid:\s*(\d+)$/gm);
  const groups = byPid(facts, /^\/proc\/(\d+)\/cgroup:0::.*\/([^/\n]+)$/gm);
  const marks = byPid(variables, /^\/proc\/(\d+)\/environ:WHO=(.*)$/gm);
  return [...parents].map(([pid, parent]) => ({
    pid,
    parent: Number(parent),
    unit: withoutUnitNames(groups.get(pid) ?? ""),
    who: marks.get(pid),
  }));
}

/** Returns a process and all its descendants. */
export function treeOf(pid: number, all: readonly Process[]): readonly Process[] {
  return all
    .filter((each) => each.pid === pid)
    .concat(all.filter(({ parent }) => parent === pid).flatMap((child) => treeOf(child.pid, all)));
}

function byPid(text: string, pattern: RegExp): ReadonlyMap<number, string> {
  return new Map([...text.matchAll(pattern)].map(([, pid, value = ""]) => [Number(pid), value]));
}
