import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";

/** Processes between the pane's script and the program: sh, a login shell, a wrapper, env. */
const depth = 8;

/**
 * Returns true if the program in the foreground of a pane was stopped by SIGSTOP or SIGTSTP, as a TUI with raw keys stops
 * itself on Ctrl-Z. A stopped job in the background of a shell does not count: the shell has the terminal then. `panePid`
 * is the script in the pane.
 */
export function isCommandStopped(panePid: number): boolean {
  let pid = String(panePid);
  // tmux continues the script itself as soon as it stops, with its group (server_child_stopped() of tmux 3.x).
  for (let step = 0; step < depth; step++) {
    const [child] = (readKernelFile(`/proc/${pid}/task/${pid}/children`) ?? "").split(" ", 1);
    if (!child) return false;
    const process = processStat(child);
    if (process === undefined) return false;
    if (process.state === "T" && process.group === process.foreground) return true;
    pid = child;
  }
  return false;
}

/**
 * Returns the state, process group and foreground process group of a process's terminal: proc(5), fields 3, 5
 * and 8 of stat.
 */
function processStat(
  pid: string,
): { readonly state: string; readonly group: string; readonly foreground: string } | undefined {
  const text = readKernelFile(`/proc/${pid}/stat`) ?? "";
  // The name before them may hold anything.
  const [state, , group, , , foreground] = text.slice(text.lastIndexOf(")") + 2).split(" ", 6);
  return state && group && foreground ? { state, group, foreground } : undefined;
}
