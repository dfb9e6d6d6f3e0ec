import type { Activity, ActivityReport } from "../../activity/activity.ts";
import { judgeActivity } from "../../activity/judge-activity.ts";
import type { Desired } from "../../desired/types.ts";
import { readScreens } from "../../drivers/tmux/capture/read-screens.ts";
import type { Observed, ObservedPane } from "../../observed/types.ts";
import { presetOfProgram } from "../../runtimes/program.ts";
import type { Exec } from "../../system/exec.ts";
import { readReports } from "./read-reports.ts";

/** The parts of an observation of activities a caller may know already. */
interface Known {
  /** The reports of all agents. */
  readonly reports?: ReadonlyMap<string, ActivityReport>;
  /** Selects the agents whose screens matter; all by default. */
  readonly readsScreen?: (agent: string) => boolean;
}

/**
 * Returns what running agents do: by small files, and one call to tmux for the screens of agents with a known program.
 * Leaves out agents that have neither. `only` selects agents.
 */
export async function observeActivities(
  { agents, layout }: Pick<Desired, "agents" | "layout">,
  { tmux }: Pick<Observed, "tmux">,
  only: (agent: string) => boolean,
  exec: Exec,
  { reports = readReports(layout), readsScreen = () => true }: Known = {},
): Promise<ReadonlyMap<string, Activity>> {
  if (tmux.kind === "absent") return new Map();
  const panes = new Map<string, ObservedPane>();
  for (const pane of tmux.panes) if (pane.agent !== undefined && !pane.dead) panes.set(pane.agent, pane);
  const asked = agents.flatMap(({ name, program }) => {
    const pane = panes.get(name);
    const report = program?.activity === "off" ? undefined : reports.get(name);
    if (pane === undefined || !only(name)) return [];
    const known = program === undefined || program.activity === "off" ? undefined : program;
    return known === undefined && report === undefined ? [] : [{ name, pane, program: known, report }];
  });
  const ids = asked.flatMap(({ name, pane, program }) =>
    program !== undefined && readsScreen(name) ? [pane.id] : [],
  );
  const screens = await readScreens(exec, layout.socket, ids);
  const nowMs = Date.now();
  return new Map(
    asked.map(({ name, pane, program, report }) => {
      const screen = screens.get(pane.id);
      return [
        name,
        judgeActivity({
          report,
          screen,
          preset: program === undefined ? undefined : presetOfProgram(program),
          quietMs: Math.max(0, nowMs - (screen?.activity ?? pane.activity) * 1000),
          nowMs,
        }),
      ];
    }),
  );
}
