import type { AgentConfig } from "../../config/types.ts";
import { rowOfActivity, type ReadyActivity } from "../../runtimes/can-tell.ts";
import type { Preset } from "../../runtimes/preset.ts";
import { rowPattern } from "../../runtimes/row-pattern.ts";

/** Returns a pattern for the row that shows an activity; undefined if none does. */
export function readyRow(
  activity: ReadyActivity | undefined,
  preset: Preset | undefined,
): string | undefined {
  const row = activity === undefined || preset === undefined ? undefined : rowOfActivity(preset, activity);
  return row === undefined ? undefined : rowPattern([row]);
}

/** Returns a pattern for questions a typed text would answer. */
export function questionPattern(preset: Preset | undefined): string | undefined {
  const rows = preset?.screen.dialogs.filter(({ kind }) => kind !== "update").map(({ row }) => row) ?? [];
  return rows.length === 0 ? undefined : rowPattern(rows);
}

/** Returns false for no hooks, and for those that only the watch runs. */
export function isForUnit(hooks: AgentConfig["hooks"]): boolean {
  if (hooks?.onWaiting === undefined) return hooks !== undefined;
  const { preStart, postStart, preStop, onFailure } = hooks;
  return [preStart, postStart, preStop, onFailure].some((hook) => hook !== undefined);
}

/** Returns the text that asks a program to end; undefined if keys do, or nothing. */
export function stopTextOf(
  { stop }: Pick<AgentConfig, "stop">,
  preset: Preset | undefined,
): string | undefined {
  return stop === undefined || stop.keys !== undefined ? undefined : (stop.send ?? preset?.stopText);
}
