import { fail } from "../../diagnostics/diagnostic.ts";
import type { ValuesOf } from "../../mcp/parameter.ts";
import type { ToolName, tools } from "../../mcp/tools.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { WaitFlags } from "../shared/flags.ts";
import { withSelection } from "../shared/with-selection.ts";

/** The arguments of a call of a tool. */
type ValuesFor<N extends ToolName> = ValuesOf<(typeof tools)[N]["parameters"]>;

/** The command behind each tool. */
type ToolRuns = {
  readonly [N in ToolName]: (context: Context, given: ValuesFor<N>) => Promise<ExitCode>;
};

/** The arguments that select agents. */
interface Selecting {
  readonly agents?: readonly string[] | undefined;
  readonly selector?: string | undefined;
  readonly all?: boolean | undefined;
}

/** The longest wait without an argument, ms: many clients end a call after a minute. */
const defaultWaitMs = 50_000;

/** The commands of the tools. Each is loaded by its first call. None gets a flag that lifts a guard. */
export const toolRuns: ToolRuns = {
  status: (context, { activity, ...given }) =>
    runOnSelection(context, given, async (selection) => {
      const flags = activity === undefined ? {} : { activity: activity.join(",") };
      return (await import("../status/status.ts")).statusCommand(context, selection, flags);
    }),
  plan: (context, given) =>
    runOnSelection(context, given, async (selection) =>
      (await import("../plan/plan.ts")).planCommand(context, selection, {}),
    ),
  why: async (context, { agent = "" }) => (await import("../why.ts")).whyCommand(context, agent),
  logs: (context, { lines, since, previous, ...given }) =>
    runOnSelection(context, given, async (selection) =>
      (await import("../logs/logs.ts")).logsOf(context, selection, defined({ lines, since, previous })),
    ),
  events: (context, { lines, since, until, ...given }) =>
    runOnSelection(context, given, async (selection) =>
      (await import("../events/events.ts")).eventsCommand(
        context,
        selection,
        defined({ lines, since, until }),
      ),
    ),
  wait: (context, { activity, state, timeout = defaultWaitMs, hold, any, ...given }) =>
    selectSome(context, given, async (selection) => {
      const flags = defined({ activity: activity?.join(","), timeout, hold, any });
      const goal: Pick<WaitFlags, "state"> = state === "running" || state === "ended" ? { state } : {};
      return (await import("../wait/wait.ts")).waitCommand(context, selection, { ...flags, ...goal });
    }),
  send: (context, { text = "", enter, ...given }) =>
    selectSome(context, given, async ({ names, labels, all = false }) =>
      (await import("../send/send.ts")).sendCommand(
        context,
        { words: names, afterDashes: [text] },
        labels,
        defined({ all, enter }),
      ),
    ),
  start: changingRun("start"),
  restart: changingRun("restart"),
  stop: changingRun("stop"),
  suspend: (context, { until, ...given }) =>
    selectSome(context, given, async (selection) =>
      (await import("../suspend.ts")).suspendCommand(context, selection, defined({ until })),
    ),
  resume: (context, given) =>
    selectSome(context, given, async (selection) =>
      (await import("../suspend.ts")).resumeCommand(context, selection, {}),
    ),
  apply: (context, given) =>
    runOnSelection(context, given, async (selection) =>
      (await import("../apply/apply.ts")).applyCommand(context, selection, {}),
    ),
};

function changingRun(verb: "start" | "restart" | "stop") {
  return (context: Context, given: Selecting): Promise<ExitCode> =>
    selectSome(context, given, async (selection) =>
      (await import("../apply/apply.ts")).agentCommand(context, selection, {}, verb),
    );
}

type ToolCommand = (selection: Selection) => Promise<ExitCode>;

function runOnSelection(
  context: Context,
  { agents = [], selector, all }: Selecting,
  command: ToolCommand,
): Promise<ExitCode> {
  return withSelection(context, agents, defined({ selector, all }), command);
}

/** Refuses a call without a selection: for these commands, it is a mistake and not the whole fleet. */
async function selectSome(context: Context, given: Selecting, command: ToolCommand): Promise<ExitCode> {
  const { agents = [], selector, all = false } = given;
  if (all && (agents.length > 0 || selector !== undefined)) {
    const problem = fail("bad-usage", "all contradicts agents and selector", {
      hint: "leave one of them out",
    });
    return problem.ok ? command({ names: [] }) : report(context, problem.diagnostics);
  }
  if (agents.length === 0 && selector === undefined && !all) {
    const problem = fail("bad-usage", "no agent is selected", {
      hint: "give agents, selector, or all: true",
    });
    return problem.ok ? command({ names: [] }) : report(context, problem.diagnostics);
  }
  return runOnSelection(context, given, command);
}

/** The same object without its undefined keys. */
type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Returns the values that are given. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
