import { markTyping } from "../../../drivers/tmux/input/type-bytes.ts";
import type { Exec } from "../../../system/exec.ts";
import type { TypedPane } from "./key-queue.ts";

/** The marks at panes that somebody types to: such an agent counts as attached. */
export interface Presence {
  /** Marks a pane for a while, or takes its mark away, after the changes of its mark before. */
  readonly mark: (pane: TypedPane, isThere: boolean) => Promise<void>;
  /** Fulfilled if no change of a mark is under way. */
  readonly settled: () => Promise<void>;
}

/** The time for which a mark holds, ms. */
const presentMs = 75_000;

/** Returns the marks at panes: none yet. A mark that tmux does not take is left out. */
export function createPresence(exec: Exec): Presence {
  const changes = new Map<string, Promise<void>>();
  return {
    async mark({ socket, target }, isThere) {
      const key = `${socket} ${target.id}`;
      const change = async (): Promise<void> => {
        const until = isThere ? Math.ceil((Date.now() + presentMs) / 1000) : undefined;
        await markTyping(exec, socket, target, until).catch(() => undefined);
      };
      // Two calls at a time could come in any order, and a mark would stay.
      const changing = (changes.get(key) ?? Promise.resolve()).then(change);
      changes.set(key, changing);
      await changing;
      if (changes.get(key) === changing) changes.delete(key);
    },
    async settled() {
      await Promise.all(changes.values());
    },
  };
}
