import { expect } from "vitest";
import type { Sandbox } from "../rig/sandbox.ts";
import { linesOf } from "./state.ts";

/** A program that leaves a daemon behind. A stop has to find it too. */
export const leavesDaemon = "setsid --fork sleep 1000; echo up; sleep 1000 & wait";

/** Lists every process in the sandbox by its command line, except for those of the rig. */
export async function processLines(box: Sandbox): Promise<readonly string[]> {
  const lines = linesOf(await box.sh("ps -eo args="));
  return lines.filter((line) => !/^\S*node \/run\/fleet\/rig\//.test(line)).toSorted();
}

/** Returns the main process of every active agent's unit. */
export async function mainPids(box: Sandbox): Promise<ReadonlySet<string>> {
  const units = "systemctl --user show --state=active --property=MainPID --value 'mosaic-agent@*'";
  return new Set(linesOf(await box.sh(units)));
}

/** Expects that so many agents run: as many sessions and control groups, and nothing failed. */
export async function expectRunning(box: Sandbox, count: number): Promise<void> {
  const counts = await box.sh(`
    tmux -N -L mosaic-factory list-panes -a -F '#{pane_dead}' | grep -c 0 || true
    tmux -N -L mosaic-factory list-sessions | wc -l
    find /sys/fs/cgroup -name 'mosaic-agent@*' | wc -l
    ls $XDG_RUNTIME_DIR/mosaic-agent 2>/dev/null | wc -l
    systemctl --user list-units --failed --plain --no-legend | wc -l
    systemctl --user list-jobs --plain --no-legend | wc -l`);
  expect(linesOf(counts).map(Number)).toEqual([count, count, count, count, 0, 0]);
  expect((await mainPids(box)).size).toBe(count);
}
