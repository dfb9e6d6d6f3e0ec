import { isOldTmux } from "../../doctor/old-tmux.ts";

/** Returns the line about a tmux that can end with all sessions; none for another version, or an unknown one. */
export function oldTmuxLines(version: string | undefined): readonly string[] {
  if (version === undefined || !isOldTmux(version)) return [];
  return [
    `tmux ${version} is old: a dead window that you opened next to an agent can end it, with all sessions. ` +
      "tmux 3.5 has the fix. To hide this line: fleet doctor --ignore tmux",
  ];
}
