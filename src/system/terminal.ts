import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * Returns true if this process has a controlling terminal, whose Ctrl-C reaches the whole foreground group.
 */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns true if standard output goes to the journal, as `$JOURNAL_STREAM` says (systemd.exec(5)):
 * DEVICE:INODE.
 */
export function writesToJournal(env: NodeJS.ProcessEnv): boolean {
  const { dev, ino } = fstatSync(1);
  return env["JOURNAL_STREAM"] === `${dev}:${ino}`;
}

/**
 * Returns true unless this process is a background job of its terminal: such a job may not change the
 * terminal's mode.
 */
export function isInForeground(): boolean {
  try {
    // proc(5): behind the name in parentheses, state, ppid, pgrp, session, tty_nr, tpgid.
    const [, , group, , , foreground] =
      readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return group === foreground;
  } catch {
    return true;
  }
}

/**
 * Returns true if systemd has started this very process as a service with notifications. Children of a
 * service, such as a shell, inherit the variables (systemd.exec(5); SYSTEMD_EXEC_PID since systemd 248).
 */
export function isStartedBySystemd(env: NodeJS.ProcessEnv): boolean {
  if (env["NOTIFY_SOCKET"] === undefined) return false;
  const pid = env["SYSTEMD_EXEC_PID"];
  return pid === undefined ? !hasTerminal() : Number(pid) === process.pid;
}
