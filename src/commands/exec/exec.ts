import { rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path/posix";
import { execProgram, signalIn, variablesScript, type ExecWay } from "../../attach/exec-way.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { canMove, unifiedTree } from "../../drivers/files/kernel/control-groups.ts";
import { readKernelFile } from "../../drivers/files/kernel/read-kernel.ts";
import { runSystemctl } from "../../drivers/systemd/systemctl.ts";
import {
  agentProcess,
  ownGroup,
  serviceProcess,
  type AgentProcess,
} from "../../observe/processes/agent-process.ts";
import { unusableProgram, type UnusableProgram } from "../../observe/processes/unusable-program.ts";
import { survey } from "../../observe/survey.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews, isService, type AgentView } from "../../plan/view/agent-view.ts";
import { hiddenSession } from "../../plan/fleet/hidden-session.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { hiddenSessionProblem } from "../../report/attach/hidden-session-problem.ts";
import { unusableProgramProblem } from "../../report/attach/unusable-program-problem.ts";
import { runUntilAsked, type ForegroundEnd } from "../../system/child/foreground.ts";
import { errorMessage } from "../../text/error-message.ts";
import { report, reportFailure, type Context } from "../shared/context.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import type { ExecFlags } from "./exec-flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { selectAgents } from "../shared/select-agents.ts";

/**
 * Runs `fleet exec AGENT COMMAND...`: a program with the environment, the workdir and the control group of a running
 * agent. Returns its exit status.
 */
export async function execCommand(
  context: Context,
  selection: Selection,
  given: readonly string[],
  { tty = true }: ExecFlags,
): Promise<number> {
  const words = given[0] === "--" ? given.slice(1) : given;
  if (words.length === 0)
    return reportFailure(
      context,
      fail("bad-usage", "missing required argument 'command'", { hint: noProgramHint }),
    );
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const found = await runningAgent(selection, surveyed.value);
  if (!found.ok) return report(context, found.diagnostics);
  const { agent, process: running } = found.value;
  const isForOther = context.flags.hostHere !== undefined;
  const [program = ""] = words;
  const unusable = unusableProgram(program, running);
  if (unusable !== undefined) {
    report(context, [unusableProgramProblem(agent, program, unusable)]);
    return statusOf[unusable.kind];
  }

  const { runtimeDir, fleet } = surveyed.value.desired.layout;
  const tree = unifiedTree();
  const variables = join(runtimeDir, agent, `exec-${process.pid}`);
  const endFile = `${variables}.end`;
  const order = { agent, group: `${tree}${running.group}`, variables, workdir: running.workdir, words };
  const way: ExecWay = canMove(tree, ownGroup() ?? "/", running.group)
    ? { kind: "direct" }
    : {
        kind: "unit",
        unit: `${fleet}-exec-${process.pid}.service`,
        // The other machine leaves it out if it has none.
        hasTerminal: tty && (isForOther || (process.stdin.isTTY && process.stdout.isTTY)),
        endFile,
      };
  const { file, args } = execProgram(order, way);
  try {
    const script = variablesScript(running.env, callersTerminal());
    writeFileSync(variables, script, { encoding: "latin1", mode: 0o600, flag: "wx" });
    if (isForOther) {
      // The program removes the file of variables when it has read them.
      const { runtimeDir: runtime } = context.machine;
      context.output.json({ exec: ["env", `XDG_RUNTIME_DIR=${runtime}`, file, ...args] });
      return exitCodes.ok;
    }
    const end = await runUntilAsked(file, args, { XDG_RUNTIME_DIR: context.machine.runtimeDir });
    if (end.kind !== "ended") return reportFailure(context, notStarted(file, end));
    // systemd-run ends alone if a signal reaches it.
    if (way.kind === "unit" && end.code >= 128)
      await runSystemctl(context.exec, ["stop", way.unit], execStopMs);
    const signal = signalIn(readKernelFile(endFile) ?? "");
    return signal === undefined ? end.code : 128 + (isSignal(signal) ? constants.signals[signal] : 0);
  } catch (error) {
    const detail = errorMessage(error);
    return reportFailure(context, fail("file-write-failed", `cannot make ${variables}`, { detail }));
  } finally {
    if (!isForOther) for (const path of [variables, endFile]) rmSync(path, { force: true });
  }
}

const noProgramHint = wording`name a program: ${fleetCommand("exec")} AGENT git status; for a shell, ${fleetCommand("exec")} AGENT bash`;
const execStopMs = 30_000;

/** The exit status that shells give for such a program. */
const statusOf: Readonly<Record<UnusableProgram["kind"], number>> = { missing: 127, "not-executable": 126 };

interface RunningAgent {
  readonly agent: string;
  readonly process: AgentProcess;
}

/** Returns the one selected agent with the process of its command. */
async function runningAgent(selection: Selection, surveyed: Survey): Promise<Result<RunningAgent>> {
  const selected = await selectAgents(selection, surveyed);
  if (!selected.ok) return selected;
  const [agent, ...others] = selected.value ?? [];
  if (agent === undefined || others.length > 0) {
    return fail("bad-usage", "fleet exec needs one agent", {
      detail: `These were selected: ${[...(selected.value ?? [])].join(", ")}`,
      hint: "name one of them",
    });
  }
  const view = agentViews(surveyed.observed, surveyed.desired.layout)(agent);
  const running = processOf(view);
  if (running !== undefined) return ok({ agent, process: running });
  const hidden = hiddenSession(view, surveyed.observed, surveyed.desired.layout);
  if (hidden !== undefined) return { ok: false, diagnostics: [hiddenSessionProblem(agent, hidden)] };
  return fail("not-running", `${agent} does not run`, {
    detail: "Without its process there is no environment, no workdir and no control group to join.",
    hint: wording`\`${fleetCommand("status")} ${agent}\` shows its state, and \`${fleetCommand("start")} ${agent}\` starts it`,
  });
}

function processOf(view: AgentView): AgentProcess | undefined {
  const { pane, runtime, unit } = view;
  if (isService(view)) {
    const pid = unitPhase(unit) === "running" ? runtime?.pid : undefined;
    return pid === undefined ? undefined : serviceProcess(pid);
  }
  return pane === undefined || pane.dead ? undefined : agentProcess(pane.pid);
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}

/** Returns the caller's variables about the terminal, as bytes in latin1. */
function callersTerminal(): Readonly<Record<string, string | undefined>> {
  const bytes = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : Buffer.from(value).toString("latin1");
  return { TERM: bytes(process.env["TERM"]), COLORTERM: bytes(process.env["COLORTERM"]) };
}

function notStarted(file: string, end: Exclude<ForegroundEnd, { kind: "ended" }>): Result<never> {
  if (end.kind === "not-started")
    return fail("command-failed", `${file} could not be started`, { detail: end.message });
  return fail("missing-program", `${file} was not found`, {
    hint: `install it, or see that PATH has its folder`,
  });
}
