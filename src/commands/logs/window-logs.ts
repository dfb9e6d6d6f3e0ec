import { parseSideMark, type SideMark } from "../../desired/windows/side-mark.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { LogLine } from "../../logs/log-line.ts";
import { survey } from "../../observe/survey.ts";
import { sidePane } from "../../plan/explain/side-pane.ts";
import type { WindowSelection } from "../../plan/selection/window-address.ts";
import { agentViews, ownedNames } from "../../plan/view/agent-view.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { naturally } from "../../text/natural-order.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { LogsFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { selectAgents } from "../shared/select-agents.ts";
import { followLogs } from "./follow-logs.ts";
import { logPrinter } from "./log-printer.ts";
import { readPanes, type PaneReading } from "./read-panes.ts";

/** Lines of a window without -n. */
const defaultLines = 100;

/** Runs `fleet logs AGENT:WINDOW`: prints the text of panes next to agents. tmux alone keeps it. Changes nothing. */
export async function windowLogsCommand(
  context: Context,
  named: WindowSelection,
  flags: LogsFlags,
): Promise<ExitCode> {
  waitForReaders();
  const contradiction = contradictingFlags(flags);
  if (contradiction !== undefined) return report(context, [contradiction]);
  const { exec, output } = context;
  const found = await windowsOfAgent(context, named);
  if (!found.ok) return report(context, found.diagnostics);
  const { socket, nameOf, names, missing } = found.value;
  const reading: PaneReading = {
    exec,
    socket,
    agents: new Set(names),
    tail: flags.lines ?? defaultLines,
    isOnce: flags.follow !== true,
    withColors: output.options.color && !output.options.json,
    nameOf: ({ side }) => nameOf(parseSideMark(side)),
  };
  const { timestamps = false } = flags;
  const printer = logPrinter(context, { agents: names, isOneSource: true, timestamps }, isOfWindow);
  for (const { summary } of missing) output.remark(`Left out: ${summary}.`);
  if (flags.follow === true) {
    return followLogs({
      panes: reading,
      units: { exec, layout: found.value.layout, agents: [], tail: 0, sinceMs: undefined },
      files: { layout: found.value.layout, tail: 0, sinceMs: undefined, withColors: false },
      logs: new Map(),
      sources: { pane: true, unit: false },
      ...printer,
      select: ({ lines }) => lines,
    });
  }
  const read = await readPanes(reading, new Map());
  if (!read.ok) return report(context, read.diagnostics);
  for (const name of names) printer.show(read.value.lines.filter(({ agent }) => agent === name));
  return exitCodes.ok;
}

/** Returns the problem of options about what only an agent itself has. */
function contradictingFlags({ unit, previous, raw, since }: LogsFlags): Diagnostic | undefined {
  const option = unit ? "--unit" : previous ? "--previous" : raw ? "--raw" : since ? "--since" : undefined;
  if (option === undefined) return undefined;
  const problem = fail("bad-usage", `${option} does not go with a window`, {
    detail: "A window has neither a unit nor a log of its own, and tmux keeps no times of its lines.",
    hint: wording`${fleetCommand("logs")} AGENT:WINDOW takes -n, -f and -t`,
  });
  return problem.ok ? undefined : problem.diagnostics[0];
}

/** Puts the window into a key of its own: the names of these lines are `AGENT:WINDOW`. */
function isOfWindow(line: LogLine): LogLine & { readonly window?: string } {
  const at = line.agent.indexOf(":");
  return { ...line, agent: line.agent.slice(0, at), window: line.agent.slice(at + 1) };
}

interface WindowsFound {
  readonly layout: Parameters<typeof ownedNames>[1];
  readonly socket: string;
  /** `AGENT:WINDOW`, in natural order. */
  readonly names: readonly string[];
  /** Returns the name of a pane by its mark. It is found again after the next start of the agent, in another pane. */
  readonly nameOf: (mark: SideMark | undefined) => string | undefined;
  /** The problems of agents without the window. */
  readonly missing: readonly Diagnostic[];
}

async function windowsOfAgent(
  context: Context,
  { selection, window }: WindowSelection,
): Promise<Result<WindowsFound>> {
  const config = await readFleet(context);
  if (!config.ok) return config;
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return surveyed;
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return only;
  const { desired, observed } = surveyed.value;
  const view = agentViews(observed, desired.layout);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const byMark = new Map<string, string>();
  const missing: Diagnostic[] = [];
  for (const agent of naturally(only.value ?? ownedNames(observed, desired.layout))) {
    const pane = sidePane(declared.get(agent)?.windows ?? [], view(agent), window);
    if (!pane.ok) missing.push(...pane.diagnostics);
    else if (pane.value.side !== undefined) byMark.set(keyOfMark(pane.value.side), `${agent}:${window}`);
  }
  if (byMark.size === 0) return { ok: false, diagnostics: missing };
  return ok({
    layout: desired.layout,
    socket: desired.layout.socket,
    names: [...byMark.values()],
    nameOf: (mark) => (mark === undefined ? undefined : byMark.get(keyOfMark(mark))),
    missing,
  });
}

function keyOfMark({ fleet, agent, window, hash }: SideMark): string {
  return [fleet, agent, hash, window].join(" ");
}
