import { closeSync, fstatSync, openSync } from "node:fs";

/** True if this process has a controlling terminal, whose Ctrl-C reaches the whole foreground group. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** True where standard output goes to the journal, as `$JOURNAL_STREAM` says (systemd.exec(5)): DEVICE:INODE. */
export function writesToJournal(env: NodeJS.ProcessEnv): boolean {
  const { dev, ino } = fstatSync(1);
  return env["JOURNAL_STREAM"] === `${dev}:${ino}`;
}
