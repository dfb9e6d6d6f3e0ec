import { columnNamesOf } from "../../report/top/top-frame.ts";
import type { Exec } from "../../system/exec.ts";
import type { TopState } from "../../top/top-state.ts";
import type { StatusLook } from "../status/look.ts";
import { createRefresher } from "../status/refresh.ts";

/** The figures of the agents on the screen, read again and again. */
export interface Figures {
  /** Reads them after a time, ms, instead of at the planned one. */
  readIn(ms: number): void;
  close(): void;
}

/** The time between two readings, ms: for 500 agents, a tmux server takes 40 ms to list them. */
const refreshMs = 5_000;

/**
 * Follows the figures of the agents that `shown` returns, if it returns any. `onRead` gets the look and the same look with
 * the new figures: a look in the meantime is newer.
 */
export function followFigures(
  exec: Exec,
  shown: () => { readonly look: StatusLook; readonly state: TopState } | undefined,
  onRead: (before: StatusLook, look: StatusLook) => void,
): Figures {
  const refresher = createRefresher(exec, { shares: true });
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  return { readIn, close: endFigures };

  function readIn(ms: number): void {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void readFigures(), ms);
  }

  async function readFigures(): Promise<void> {
    const now = shown();
    if (now !== undefined) {
      const { look, state } = now;
      const visible = new Set(state.names.slice(state.first, state.first + state.room));
      onRead(look, await refresher.refresh(look, visible, columnNamesOf(state).includes("last")));
    }
    readIn(refreshMs);
  }

  function endFigures(): void {
    isClosed = true;
    clearTimeout(timer);
  }
}
