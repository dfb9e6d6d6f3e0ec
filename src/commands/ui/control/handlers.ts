import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Machine } from "../../../machine/machine.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageHandler } from "../../../ui/page-link.ts";
import { createChanges } from "./changes/changes.ts";
import { createPrompts } from "./prompts.ts";
import { createTyping } from "./typing.ts";

/** The surroundings of everything that a page may do to the fleet. */
interface World {
  /** For keys and pastes. */
  readonly exec: Exec;
  /** For everything that only reads. */
  readonly shows: Exec;
  readonly machine: Machine;
  readonly file: string;
  readonly folder: string;
  /** Returns the names of the other hosts on the page. */
  readonly hosts: () => readonly string[];
  /** Asks another host for its agents again at once, because they have changed. */
  readonly askAgain: (host: string) => void;
  /** Returns the present pane of an agent; undefined if it has none. */
  readonly paneOf: (agent: string) => ScreenPane | undefined;
}

/** Returns the handlers of a server with control. */
export function controlHandlers(world: World): readonly PageHandler[] {
  return [createChanges(world), createPrompts(world), createTyping(world)];
}
