import { existsSync } from "node:fs";
import { join } from "node:path/posix";

/** The folders of compiled entries on Linux distributions (terminfo(5), "Fetching Compiled Descriptions"). */
const folders = [
  "/etc/terminfo",
  "/lib/terminfo",
  "/usr/share/terminfo",
  "/usr/lib/terminfo",
  "/usr/local/share/terminfo",
];

/** Returns true if terminfo has an entry for a terminal: below its first letter, or that letter's code in hex. */
export function hasTerminalEntry(terminal: string, home: string): boolean {
  const letter = terminal.charAt(0);
  const hex = letter.charCodeAt(0).toString(16);
  return [join(home, ".terminfo"), ...folders].some(
    (folder) => existsSync(join(folder, letter, terminal)) || existsSync(join(folder, hex, terminal)),
  );
}
