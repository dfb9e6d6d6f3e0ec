import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { controlGroupOf, namesInControlGroup, readControlGroup } from "./control-group.ts";

/**
 * The share of one processor that counts as work. Measured over 100 ms, idle programs used: a node or python
 * prompt, vim and a shell 0 %, `top` and a poll each second at most 4 %, with 0 % in most samples; a compiler
 * and a search of the disk used 15 to 100 %.
 */
const workShare = 0.05;

/**
 * Returns the processor time of all processes in a control group, µs; undefined if unknown. cpu.stat has it
 * also without the cpu controller (cgroup-v2, "cpu.stat").
 */
export function processorTime(group: string): number | undefined {
  const used = /^usage_usec (\d+)$/m.exec(readControlGroup(group, "cpu.stat") ?? "")?.[1];
  return used === undefined ? undefined : Number(used);
}

/**
 * Returns true if a control group was at work between two readings, `ms` apart: it used the processor, or one
 * of its processes had to wait for it, as on an overloaded machine.
 */
export function hasComputed(
  group: string,
  before: number | undefined,
  now: number | undefined,
  ms: number,
): boolean {
  const usedMs = before === undefined || now === undefined ? 0 : (now - before) / 1000;
  return usedMs >= ms * workShare || !allWait(group);
}

/**
 * Returns true if each process of the group waits for something other than the processor or a disk. States are those of
 * proc(5), field 3 of stat: R runs or would like to, D waits for a disk.
 */
export function allWait(group: string): boolean {
  const pids = (readControlGroup(group, "cgroup.procs") ?? "").split("\n").filter(Boolean);
  return pids.every((pid) => !/^[RD]/.test(readKernelFile(`/proc/${pid}/stat`)?.split(") ").at(-1) ?? ""));
}

/** A figure of an agent's control group; undefined if the kernel does not have it. `pid` is the main process of the unit. */
export type FigureOf = (unit: string, pid: number) => number | undefined;

/** Returns a reader of the memory of many agents, bytes. */
export function memoryReader(): FigureOf {
  return figureReader(readMemory);
}

/** Returns a reader of the processor time of many agents since their start, µs. */
export function processorReader(): FigureOf {
  return figureReader(processorTime);
}

/**
 * Returns a reader of one figure of many agents. Most of their groups lie in one folder, which either accounts for all of
 * them or for none. So /proc is read for the group of the first one, which takes longer than to read the figure, and the
 * folder is listed once.
 */
function figureReader(read: (group: string) => number | undefined): FigureOf {
  let first: OpenedFolder | undefined;
  return (unit, pid) => {
    if (first?.names.has(unit)) return first.hasFigure ? read(`${first.path}/${unit}`) : undefined;
    const group = controlGroupOf(pid);
    if (group === undefined) return undefined;
    const figure = read(group);
    if (group.endsWith(`/${unit}`)) {
      const path = group.slice(0, -unit.length - 1);
      first ??= { path, names: namesInControlGroup(path), hasFigure: figure !== undefined };
    }
    return figure;
  };
}

/** A folder of control groups. */
interface OpenedFolder {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  readonly hasFigure: boolean;
}

function readMemory(group: string): number | undefined {
  const current = readControlGroup(group, "memory.current");
  return current === undefined ? undefined : Number(current);
}
