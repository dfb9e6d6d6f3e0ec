/** The interval between two updates of a view while the watch is paused, ms. */
const periodMs = 2_000;

/** Updates of a view while nothing else looks at the machine. */
export interface Glances {
  begin(): void;
  end(): void;
}

/** Calls `glance` again and again between `begin` and `end`, each time when the one before has ended. */
export function createGlances(glance: () => Promise<void>): Glances {
  let timer: NodeJS.Timeout | undefined;
  async function glanceAgain(): Promise<void> {
    // A stale view shows its time.
    await glance().catch(() => undefined);
    if (timer !== undefined) timer = setTimeout(() => void glanceAgain(), periodMs);
  }
  return {
    begin() {
      timer ??= setTimeout(() => void glanceAgain(), 0);
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
