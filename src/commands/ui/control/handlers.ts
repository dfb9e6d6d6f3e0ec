import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageHandler } from "../../../ui/page-link.ts";
import { createChanges } from "./changes/changes.ts";
import type { ChangeWorld } from "./changes/world.ts";
import { createPrompts } from "./prompts.ts";
import { createTyping } from "./typing.ts";

/** The surroundings of everything that a page may do to the fleet. */
interface HandlerWorld extends ChangeWorld {
  /** For keys and pastes. */
  readonly exec: Exec;
  /** Returns the present pane of an agent; undefined if it has none. */
  readonly paneOf: (agent: string) => ScreenPane | undefined;
}

/** Returns the handlers of a server with control. */
export function controlHandlers(world: HandlerWorld): readonly PageHandler[] {
  return [createChanges(world), createPrompts(world), createTyping(world)];
}
