import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";

/**
 * A start-up file replaces `bash -lic`, and this is the child of the pane's script, or of the sh between
 * them.
 */
const parentDepth = 3;

/**
 * Returns true if a tmux client took the place of an agent's command: start-up files of shells start one if
 * $TMUX is empty, as it is for agents (romkatv/powerlevel10k#1203). `panePid` is the script in the pane.
 * Commands with tmux in their own text do not count.
 */
export function isNestedTmux(panePid: number): boolean {
  let pid: string | undefined = String(panePid);
  for (let step = 0; step < parentDepth; step++) {
    pid = readProcText(`/proc/${pid}/task/${pid}/children`).trim().split(" ")[0];
    if (!pid) return false;
    // tmux names its client so (proc_start() of tmux 3.x).
    if (readProcText(`/proc/${pid}/comm`).trim() === "tmux: client") return !namesTmux(pid);
  }
  return false;
}

/**
 * Returns true if the command itself names tmux. The pane's script loads the command into its environment.
 */
function namesTmux(pid: string): boolean {
  const variables = readProcText(`/proc/${pid}/environ`).split("\0");
  return variables.some((each) => /^MOSAIC_AGENT_(?:COMMAND|RUNTIME)=.*tmux/s.test(each));
}

/** Returns the text of a file in /proc; empty if the process is gone. */
function readProcText(path: string): string {
  return readKernelFile(path) ?? "";
}
