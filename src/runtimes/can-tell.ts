import type { Preset } from "./preset.ts";
import { presetOfProgram, type Program } from "./program.ts";

/** The activities an agent may be ready by. */
export const readyActivities = ["idle", "working", "waiting"] as const;

/** One of these activities. */
export type ReadyActivity = (typeof readyActivities)[number];

/** Returns the activities a program can be seen in, by its hooks or by its screen. */
export function activitiesToldBy(program: Program | undefined): readonly ReadyActivity[] {
  if (program === undefined || program.activity === "off") return [];
  const { hooks, tellsOnlyEnds = false, screen } = presetOfProgram(program);
  const hasHooks = hooks !== undefined && !tellsOnlyEnds && program.activity !== "screen";
  return [
    "idle",
    ...(hasHooks || screen.busy !== undefined ? (["working"] as const) : []),
    ...(hasHooks || screen.dialogs.length > 0 ? (["waiting"] as const) : []),
  ];
}

/** Returns the pattern of a row that shows an activity; undefined if none does. */
export function rowOfActivity({ screen }: Preset, activity: ReadyActivity): RegExp | undefined {
  // A question has a pattern of its own in the start script.
  if (activity === "waiting") return undefined;
  return activity === "working" ? screen.busy : (screen.emptyPrompt ?? screen.prompt);
}
