import type { PaneScreen, ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import { pictureBytes } from "../../../ui/terminal/picture-bytes.ts";
import type { UiTerminal } from "../../../ui/terminal/shown-terminal.ts";
import type { Viewer } from "../../../ui/terminal/viewer.ts";
import { createScrollback } from "./scrollback.ts";

/** All viewers of one screen. */
export interface Audience {
  readonly viewers: ReadonlySet<Viewer>;
  readonly add: (viewer: Viewer) => void;
  readonly remove: (viewer: Viewer) => void;
  readonly tell: (terminal: UiTerminal) => void;
  /** Shows a picture. One of many is left out if it looks like the last one, or while a viewer is behind. */
  readonly picture: (screen: PaneScreen, isOfMany: boolean) => void;
  readonly stream: (bytes: Buffer) => void;
  /** Shows the next picture even if it looks the same. */
  readonly forget: () => void;
  /** Gives a viewer the rows of the history above `end`. Returns false if it needs a picture instead. */
  readonly earlier: (viewer: Viewer, pane: ScreenPane | undefined, end: number) => Promise<boolean>;
}

/** Returns the viewers of a screen: none yet. */
export function createAudience(exec: Exec): Audience {
  const viewers = new Set<Viewer>();
  const scrollback = createScrollback(exec);
  /** The last picture. */
  let shown = "";

  return {
    viewers,
    add: (viewer) => void viewers.add(viewer),
    remove(viewer) {
      viewers.delete(viewer);
      scrollback.forget(viewer);
    },
    tell(terminal) {
      for (const viewer of viewers) viewer.tell(terminal);
    },
    picture(screen, isOfMany) {
      if (isOfMany && [...viewers].some((viewer) => viewer.isBehind())) return;
      const text = pictureBytes(screen.facts, screen);
      if (isOfMany && text === shown) return;
      shown = text;
      const bytes = Buffer.from(text);
      for (const viewer of viewers) if (viewer.picture(bytes, isOfMany)) scrollback.begin(viewer, screen);
    },
    stream(bytes) {
      for (const viewer of viewers) viewer.stream(bytes);
    },
    forget: () => void (shown = ""),
    earlier: scrollback.send,
  };
}
