import type { AgentConfig } from "../../config/types.ts";
import { timerLinkPath, timerPath, timerUnit, type Layout } from "../layout.ts";
import { markWithSection } from "../marks/file-mark.ts";
import type { DesiredTimer } from "../types.ts";

/** The times of an agent or service. */
export interface Schedule {
  readonly at: readonly string[];
  readonly catchUp: boolean;
  /** The longest random delay, ms. */
  readonly spreadMs: number;
}

/** Returns the schedule of an entry; undefined without one. */
export function scheduleOf({ schedule }: Pick<AgentConfig, "schedule">): Schedule | undefined {
  if (schedule === undefined) return undefined;
  const { at, catchUp = false, spread = 0 } = typeof schedule === "string" ? { at: schedule } : schedule;
  return { at: typeof at === "string" ? [at] : at, catchUp, spreadMs: spread };
}

/** Returns the timer of an agent or service, with the link that starts it at boot. */
export function renderTimer(name: string, { at, catchUp, spreadMs }: Schedule, layout: Layout): DesiredTimer {
  const lines = [
    `# Starts ${name} at its times. A run that is still under way is not started twice.`,
    "[Unit]",
    `Description=Schedule of ${name}`,
    "",
    "[Timer]",
    ...at.map((time) => `OnCalendar=${time}`),
    // systemd's default of a minute would shift runs for no reason.
    "AccuracySec=1s",
    ...(catchUp ? ["Persistent=true"] : []),
    ...(spreadMs === 0 ? [] : [`RandomizedDelaySec=${spreadMs}ms`]),
    "",
    "[Install]",
    "WantedBy=timers.target",
    "",
  ];
  const path = timerPath(layout, name);
  return {
    unit: timerUnit(layout, name),
    file: {
      role: "timer",
      path,
      mode: 0o644,
      content: markWithSection(lines.join("\n"), { fleet: layout.fleet, agent: name }),
    },
    link: { path: timerLinkPath(layout, name), target: path },
  };
}
