import { randomUUID } from "node:crypto";
import type { Exec } from "../../system/exec.ts";
import { runTmux } from "./tmux.ts";

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
  if (ids.length === 0) return new Map();
  const boundary = randomUUID();
  const commands = ids.map(
    (id) =>
      `display-message -p -t ${id} '${boundary} #{pane_id} #{window_bell_flag} #{window_activity} #{pane_title}'\ncapture-pane -p -t ${id}\n`,
  );
  const outcome = await runTmux(exec, socket, ["source-file", "-"], {
    input: Buffer.from(commands.join("")),
  });
  if (outcome.kind !== "exited") return new Map();
  return new Map(
    outcome.stdout
      .split(`${boundary} `)
      .slice(1)
      .map((part) => {
        const [head = "", ...rows] = part.split("\n");
        const [id = "", bell, activity, ...title] = head.split(" ");
        const filled = rows.map((row) => row.trimEnd()).filter((row) => row !== "");
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
