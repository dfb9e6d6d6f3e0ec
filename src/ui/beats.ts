import type { Page } from "./page.ts";

/** The time between two signs of life, ms. */
const pageBeatMs = 5_000;
/**
 * The number of beats without an answer after which a page counts as lost. One is too few on a busy machine: if a
 * beat has waited for the processor, an answer is read only after it.
 */
const mostSilent = 3;

/** The signs of life between server and pages, while there are pages. */
export interface Beats {
  readonly begin: () => void;
  readonly end: () => void;
}

/** Returns the beats for some pages. Ends a page that is silent; `after` is called for each other one. */
export function createBeats(pages: ReadonlySet<Page>, after: (page: Page) => void): Beats {
  let beats: NodeJS.Timeout | undefined;
  function beat(): void {
    for (const page of pages) {
      if (page.silentBeats >= mostSilent) {
        page.socket.terminate();
        continue;
      }
      page.silentBeats += 1;
      page.socket.ping();
      page.link.send({ t: "beat" });
      after(page);
    }
  }
  return {
    begin() {
      beats ??= setInterval(beat, pageBeatMs);
    },
    end() {
      clearInterval(beats);
      beats = undefined;
    },
  };
}
