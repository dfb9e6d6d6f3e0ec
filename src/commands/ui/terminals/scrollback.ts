import { earlierRows, type HistoryPlace } from "../../../drivers/tmux/screen/earlier-rows.ts";
import { historyRows, type PaneScreen, type ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import type { Viewer } from "../../../ui/terminal/viewer.ts";

/** The history above the pictures of an agent's screen, as far as each viewer has it. */
export interface Scrollback {
  /** A viewer has got a picture, and nothing above it. */
  readonly begin: (viewer: Viewer, screen: PaneScreen) => void;
  readonly forget: (viewer: Viewer) => void;
  /** Sends a viewer the rows above `end`. Returns false if these are not there any more, so it needs a picture. */
  readonly send: (viewer: Viewer, pane: ScreenPane | undefined, end: number) => Promise<boolean>;
}

/** Returns the history of an agent: nobody has any of it. It is read on demand, and nothing is kept of it. */
export function createScrollback(exec: Exec): Scrollback {
  const places = new Map<Viewer, HistoryPlace>();
  const asking = new Set<Viewer>();

  async function read(viewer: Viewer, pane: ScreenPane | undefined, end: number): Promise<boolean> {
    const place = places.get(viewer);
    const isThere = pane !== undefined && place?.row === end;
    const found = isThere ? await earlierRows(exec, pane, place, historyRows) : "moved";
    const rows = typeof found === "object" ? found : undefined;
    if (rows !== undefined && places.get(viewer) === place) places.set(viewer, rows.place);
    viewer.sendEarlier({
      end,
      first: rows?.place.row ?? end,
      text: rows?.text ?? "",
      problem: typeof found === "string" ? found : null,
    });
    return found !== "moved";
  }

  return {
    begin(viewer, { anchor, facts: { columns, historySize, pid } }) {
      const row = Math.max(0, historySize - historyRows);
      places.set(viewer, { pid, columns, size: historySize, row, anchor });
    },
    forget: (viewer) => void places.delete(viewer),
    async send(viewer, pane, end) {
      if (asking.has(viewer)) return true;
      asking.add(viewer);
      try {
        return await read(viewer, pane, end);
      } finally {
        asking.delete(viewer);
      }
    },
  };
}
