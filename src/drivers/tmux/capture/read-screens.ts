import type { Exec } from "../../../system/exec.ts";
import { captureEach } from "./capture-each.ts";

/** The visible part of a pane. */
export interface ReadScreen {
  /** The last rows with text, without blanks at their ends. */
  readonly rows: readonly string[];
  readonly title: string;
  readonly hasRung: boolean;
  /** Time of the last output, s since the epoch. */
  readonly activity: number;
}

/** Rows to keep of each screen. */
const mostRows = 15;

/**
 * Returns the screens of panes by their ids, in one call for any number of panes: tmux reads the commands from its standard
 * input, and goes on after a pane that is gone.
 */
export async function readScreens(
  exec: Exec,
  socket: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadScreen>> {
  const format = "#{pane_id} #{window_bell_flag} #{window_activity} #{pane_title}";
  const captured = await captureEach(exec, socket, ids, format, "-p");
  return new Map(
    captured.map(({ facts, text }) => {
      const [id = "", bell, activity, ...title] = facts.split(" ");
      const filled = text
        .split("\n")
        .map((row) => row.trimEnd())
        .filter((row) => row !== "");
      return [
        id,
        {
          rows: filled.slice(-mostRows),
          title: title.join(" "),
          hasRung: bell === "1",
          activity: Number(activity),
        },
      ] as const;
    }),
  );
}
