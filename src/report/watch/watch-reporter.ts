import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { print } from "../terminal/print.ts";
import { eventLines, type LineStyle } from "./watch-lines.ts";
import { joinEvents, type ShownEvent } from "./join-events.ts";
import { openLiveView } from "./watch-view.ts";

/** The output of a watch. */
export interface WatchReporter {
  /** True where keys are listened to. */
  readonly hasKeys: boolean;
  tell(event: WatchEvent): void;
  /** Takes what a live view shows; others have no use for it. */
  show(view: WatchView): void;
  /** Gives the terminal back for a while. */
  release(): void;
  /** Draws what was shown last once more. */
  redraw(): void;
  end(): void;
}

/** Returns a reporter of lines on standard output, one for an event or more. */
export function lineReporter(style: LineStyle, colors: Colors, quiet: boolean): WatchReporter {
  const doNothing = (): void => undefined;
  const show = ({ event, isMany }: ShownEvent): void => {
    const lines = eventLines(event, style, Date.now(), colors, quiet, isMany);
    if (lines.length > 0) print("stdout", lines.map((line) => `${line}\n`).join(""));
  };
  const gathered = gather((events) => {
    for (const shown of joinEvents(events)) show(shown);
  });
  return {
    hasKeys: false,
    tell: style === "json" ? (event) => show({ event, isMany: false }) : gathered.tell,
    show: doNothing,
    release: doNothing,
    redraw: doNothing,
    end: gathered.flush,
  };
}

/** Gathers the events of one turn of the event loop, because many equal ones share a line. */
function gather(tellAll: (events: readonly WatchEvent[]) => void): {
  readonly tell: (event: WatchEvent) => void;
  readonly flush: () => void;
} {
  let events: readonly WatchEvent[] = [];
  const flushEvents = (): void => {
    const all = events;
    events = [];
    if (all.length > 0) tellAll(all);
  };
  return {
    flush: flushEvents,
    tell(event) {
      if (events.length === 0) queueMicrotask(flushEvents);
      events = [...events, event];
    },
  };
}

/** Between two drawings, ms: more often nobody sees. */
const shownFrameMs = 50;
/** The time between two updates of the times in the view, ms. */
const tickMs = 1_000;

/** Returns a live view on a terminal. */
export function liveReporter(colors: Colors): WatchReporter {
  const live = openLiveView(colors);
  let shown: { readonly view: WatchView; readonly atMs: number } | undefined;
  let frame: NodeJS.Timeout | undefined;
  let isReleased = false;

  function drawFrame(): void {
    frame = undefined;
    if (shown === undefined || isReleased) return;
    const { view, atMs } = shown;
    const { nextLookMs } = view;
    const left = nextLookMs === undefined ? undefined : Math.max(0, nextLookMs - (performance.now() - atMs));
    live.draw({ ...view, nextLookMs: left }, Date.now());
  }

  const gathered = gather((events) => {
    for (const { event, isMany } of joinEvents(events)) live.tell(event, Date.now(), isMany);
    drawSoon();
  });
  const drawSoon = (): void => void (frame ??= setTimeout(drawFrame, shownFrameMs));
  const ticking = setInterval(drawSoon, tickMs);
  process.stdout.on("resize", drawSoon);
  return {
    hasKeys: true,
    tell: gathered.tell,
    show(view) {
      shown = { view, atMs: performance.now() };
      drawSoon();
    },
    release() {
      isReleased = true;
      live.release();
    },
    redraw() {
      isReleased = false;
      drawFrame();
    },
    end() {
      gathered.flush();
      clearInterval(ticking);
      clearTimeout(frame);
      process.stdout.off("resize", drawSoon);
      live.release();
    },
  };
}
