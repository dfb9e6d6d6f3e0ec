/**
 * Stops this process until SIGCONT, as Ctrl-Z does. Returns at once if it is the program of a terminal itself: no shell
 * could continue it, so the kernel drops SIGTSTP (POSIX: a process group that is orphaned).
 */
export function stopUntilContinued(): void {
  process.kill(process.pid, "SIGTSTP");
}
