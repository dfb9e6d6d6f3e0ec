import type { Colors } from "./diagnostics.ts";
import type { AgentState } from "../plan/status.ts";
import { count, duration, holdPhrase, phraseOf, suspensionPhrase } from "./phrases.ts";
import type { FleetStatus } from "./status-json.ts";
import { visible } from "./display-text.ts";

type Row = FleetStatus["agents"][number];

const stateColors: Readonly<Record<AgentState, "green" | "yellow" | "red" | "dim">> = {
  running: "green",
  starting: "yellow",
  restarting: "yellow",
  stopped: "dim",
  failed: "red",
  missing: "red",
  unmanaged: "dim",
};

/** The status of a fleet for people, as lines. `now` in ms since the epoch. */
export function statusText(status: FleetStatus, now: number, colors: Colors): readonly string[] {
  const { holder, agents } = status;
  const pid = holder.pid === undefined ? "" : ` (tmux server ${holder.pid})`;
  const head = `Fleet ${colors.bold(status.fleet)}: holder ${holder.active}${pid}, socket ${holder.socket}`;
  return [
    head,
    "",
    ...(agents.length === 0 ? ["No agents."] : table(agents, now, colors)),
    "",
    ...status.notes.map((note) => `${colors.cyan("Note:")} ${visible(note)}`),
    summary(agents),
    ...attachHint(status, colors),
  ];
}

const titles = ["AGENT", "STATE", "SINCE", "RESTARTS", "ATTACHED", "QUIET", "MEMORY", "PENDING"];

function table(agents: readonly Row[], now: number, colors: Colors): readonly string[] {
  const rows = agents.map((agent) => cells(agent, now));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (row: readonly string[]): string[] =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  const lines = rows.map((row, index) => {
    const padded = pad(row);
    const state = agents[index]?.state ?? "stopped";
    padded[1] = colors[stateColors[state]](padded[1] ?? "");
    return padded.join("  ").trimEnd();
  });
  return [colors.dim(pad(titles).join("  ").trimEnd()), ...lines];
}

function cells(agent: Row, now: number): readonly string[] {
  return [
    visible(agent.name),
    agent.exitStatus === undefined ? agent.state : `${agent.state} (${agent.exitStatus})`,
    agent.since === undefined ? "-" : duration(Math.max(0, (now - agent.since) / 1000)),
    String(agent.restarts),
    agent.attached > 0 ? String(agent.attached) : "-",
    agent.idleSeconds === undefined ? "-" : duration(agent.idleSeconds),
    agent.memoryBytes === undefined ? "-" : megabytes(agent.memoryBytes),
    pendingCell(agent),
  ];
}

function pendingCell({ plan }: Row): string {
  if (plan?.action === "none" && plan.suspended) return visible(suspensionPhrase(plan.suspended));
  if (plan === undefined || plan.action === "none" || plan.reason === undefined) return "-";
  const { reason, detail } = plan;
  const hold = holdPhrase(plan);
  return visible(`${plan.action}: ${phraseOf({ reason, detail })}${hold && `, ${hold}`}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}

function summary(agents: readonly Row[]): string {
  const running = agents.filter(({ state }) => state === "running").length;
  const waiting = agents.filter(({ plan }) => plan !== undefined && plan.action !== "none").length;
  const pending = waiting === 0 ? "nothing pending" : `${waiting} with something pending: see fleet plan`;
  return `${count(agents.length, "agent")}, ${running} running, ${pending}.`;
}

function attachHint({ agents, holder }: FleetStatus, colors: Colors): readonly string[] {
  const first = agents.find(({ state }) => state === "running");
  if (first === undefined) return [];
  return [colors.dim(`Attach: tmux -L ${holder.socket} attach -t '=${visible(first.name)}'`)];
}
