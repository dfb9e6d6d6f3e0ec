import { ownWindow } from "../../config/own-window.ts";
import type { DesiredPane, DesiredWindow } from "../../desired/windows/windows.ts";
import type { ObservedPane } from "../../observed/types.ts";

/** A declared pane next to an agent, and what there is of it. */
export interface PanePair {
  /** Its name for people: `logs`, or `tests.2` if its window has several. */
  readonly label: string;
  readonly pane: DesiredPane;
  readonly found: ObservedPane | undefined;
}

/** A declared window, and what there is of it. */
export interface WindowPair {
  readonly window: DesiredWindow;
  readonly panes: readonly PanePair[];
}

/** The declared windows of an agent next to the existing ones. */
export interface WindowsComparison {
  readonly windows: readonly WindowPair[];
  /** Panes with the agent's mark fleet.yaml does not declare. */
  readonly extra: readonly ObservedPane[];
}

/**
 * Assigns the marked panes of an agent to its declared ones: first each to one with the same digest, then the rest of each
 * window in their order. So a new pane between others starts no other one again, and an exchange of two changes nothing.
 */
export function compareWindows(
  declared: readonly DesiredWindow[],
  sides: readonly ObservedPane[],
): WindowsComparison {
  const left = new Set(sides);
  const windows = declared.map((window): WindowPair => {
    const takeFirst = (fits: (pane: ObservedPane) => boolean): ObservedPane | undefined => {
      const found = [...left].find((pane) => pane.side?.window === window.name && fits(pane));
      if (found !== undefined) left.delete(found);
      return found;
    };
    const same = window.panes.map(({ hash }) => takeFirst(({ side }) => side?.hash === hash));
    const panes = window.panes.map((pane, index) => ({
      label: labelOf(window, index),
      pane,
      found: same[index] ?? takeFirst(() => true),
    }));
    return { window, panes };
  });
  return { windows, extra: [...left] };
}

/** Returns the name of a declared pane for people. */
function labelOf({ name, panes }: DesiredWindow, index: number): string {
  return panes.length === 1 && name !== ownWindow ? name : `${name}.${index + 1}`;
}

/** Returns the names of all declared panes for people, in the order of the file. */
export function paneLabels(windows: readonly DesiredWindow[]): readonly string[] {
  return windows.flatMap((window) => window.panes.map((_, index) => labelOf(window, index)));
}
