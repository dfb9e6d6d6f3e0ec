import type { WatchEvent } from "../../events/watch-events.ts";

/** The events of one turn of the event loop, because many equal ones share a line. */
export class GatheredEvents {
  readonly #tellAll: (events: readonly WatchEvent[]) => void;
  /** The events that nobody has been told yet. */
  #events: readonly WatchEvent[] = [];

  /** `tellAll` gets the events at the end of the turn in which the first of them came. */
  constructor(tellAll: (events: readonly WatchEvent[]) => void) {
    this.#tellAll = tellAll;
  }

  tell(event: WatchEvent): void {
    if (this.#events.length === 0) queueMicrotask(() => this.flush());
    this.#events = [...this.#events, event];
  }

  /** Tells all events at once, if there are any. */
  flush(): void {
    const all = this.#events;
    this.#events = [];
    if (all.length > 0) this.#tellAll(all);
  }
}
