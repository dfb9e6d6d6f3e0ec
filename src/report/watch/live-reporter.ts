import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { GatheredEvents } from "./gathered-events.ts";
import { joinEvents } from "./join-events.ts";
import type { WatchReporter } from "./watch-reporter.ts";
import { openLiveView, type LiveView } from "./watch-view.ts";

/** Between two drawings, ms: more often nobody sees. */
const shownFrameMs = 50;
/** The time between two updates of the times in the view, ms. */
const tickMs = 1_000;

/** A live view of a watch, on the terminal of standard output. */
export class LiveReporter implements WatchReporter {
  readonly hasKeys = true;
  readonly #live: LiveView;
  readonly #gathered: GatheredEvents;
  readonly #ticking: NodeJS.Timeout;
  /** The view that was shown last, and the time of that. */
  #shown: { readonly view: WatchView; readonly atMs: number } | undefined;
  /** Draws soon. */
  #frame: NodeJS.Timeout | undefined;
  /** True if something else uses the terminal. */
  #isReleased = false;

  constructor(colors: Colors) {
    this.#live = openLiveView(colors);
    this.#gathered = new GatheredEvents((events) => {
      for (const { event, isMany } of joinEvents(events)) this.#live.tell(event, Date.now(), isMany);
      this.#drawSoon();
    });
    this.#ticking = setInterval(this.#drawSoon, tickMs);
    process.stdout.on("resize", this.#drawSoon);
  }

  tell(event: WatchEvent): void {
    this.#gathered.tell(event);
  }

  show(view: WatchView): void {
    this.#shown = { view, atMs: performance.now() };
    this.#drawSoon();
  }

  release(): void {
    this.#isReleased = true;
    this.#live.release();
  }

  redraw(): void {
    this.#isReleased = false;
    this.#draw();
  }

  end(): void {
    this.#gathered.flush();
    clearInterval(this.#ticking);
    clearTimeout(this.#frame);
    process.stdout.off("resize", this.#drawSoon);
    this.#live.release();
  }

  readonly #drawSoon = (): void => {
    this.#frame ??= setTimeout(() => this.#draw(), shownFrameMs);
  };

  #draw(): void {
    this.#frame = undefined;
    if (this.#shown === undefined || this.#isReleased) return;
    const { view, atMs } = this.#shown;
    const { nextLookMs } = view;
    const left = nextLookMs === undefined ? undefined : Math.max(0, nextLookMs - (performance.now() - atMs));
    this.#live.draw({ ...view, nextLookMs: left }, Date.now());
  }
}
