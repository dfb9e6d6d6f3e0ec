import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { print } from "../terminal/print.ts";
import { eventLines, type LineStyle } from "./watch-lines.ts";
import { GatheredEvents } from "./gathered-events.ts";
import { joinEvents, type ShownEvent } from "./join-events.ts";

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
  const gathered = new GatheredEvents((events) => {
    for (const shown of joinEvents(events)) show(shown);
  });
  return {
    hasKeys: false,
    tell: style === "json" ? (event) => show({ event, isMany: false }) : (event) => gathered.tell(event),
    show: doNothing,
    release: doNothing,
    redraw: doNothing,
    end: () => gathered.flush(),
  };
}
