import { attachWay } from "../../attach/attach-way.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { listClients } from "../../drivers/tmux/list-clients.ts";
import { explainTmux, runTmux } from "../../drivers/tmux/tmux.ts";
import { survey } from "../../observe/survey.ts";
import { callerPlace } from "../../observe/tmux/caller-place.ts";
import type { Survey } from "../../observed/survey.ts";
import type { ObservedPane } from "../../observed/types.ts";
import { sidePane } from "../../plan/explain/side-pane.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { windowSelection } from "../../plan/selection/window-address.ts";
import { agentViews, isService } from "../../plan/view/agent-view.ts";
import { hiddenSession } from "../../plan/fleet/hidden-session.ts";
import { attachRemarks } from "../../report/attach/attach-remarks.ts";
import { hiddenSessionProblem } from "../../report/attach/hidden-session-problem.ts";
import { runInForeground } from "../../system/child/foreground.ts";
import { report, reportFailure, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { AttachFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { selectAgents } from "../shared/select-agents.ts";
import { needsTerminal, unfitTerminal } from "./needs-terminal.ts";
import { chooseAgent } from "./choose-agent.ts";
import { tmuxVariables } from "../../system/environment.ts";

/**
 * Runs `fleet attach AGENT`: brings this terminal to the session of an agent, and waits until it leaves. Asks for the
 * agent if the selection has several. Changes nothing.
 */
export async function attachCommand(
  context: Context,
  selection: Selection,
  { readOnly = false }: AttachFlags,
): Promise<ExitCode> {
  const isForOther = context.flags.hostHere !== undefined;
  if (!isForOther && (!process.stdin.isTTY || !process.stdout.isTTY)) {
    return reportFailure(context, needsTerminal());
  }
  const { exec, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const named = windowSelection(selection);
  if (!named.ok) return report(context, named.diagnostics);
  const wanted = named.value?.selection ?? selection;
  const chosen = isForOther
    ? await onlyAgent(wanted, surveyed.value)
    : await chooseAgent(wanted, surveyed.value, output.colors, exec);
  if (chosen === "interrupted") return exitCodes.interrupted;
  if (!chosen.ok) return report(context, chosen.diagnostics);

  const { desired, observed } = surveyed.value;
  const { layout } = desired;
  const agent = chosen.value;
  const view = agentViews(observed, layout)(agent);
  const isOfService = desired.agents.some(({ name, unitFile }) => name === agent && unitFile !== undefined);
  if (isOfService || isService(view)) {
    return reportFailure(
      context,
      fail("bad-usage", `${agent} is a service, and has no terminal`, {
        hint: wording`\`${fleetCommand("logs")} ${agent}\` shows its output, and \`${fleetCommand("exec")} ${agent} bash\` opens a shell next to it`,
      }),
    );
  }
  const hidden = hiddenSession(view, observed, layout);
  if (hidden !== undefined) return report(context, [hiddenSessionProblem(agent, hidden)]);
  const declared = desired.agents.find(({ name }) => name === agent)?.windows ?? [];
  const side = named.value && sidePane(declared, view, named.value.window);
  if (side?.ok === false) return report(context, side.diagnostics);
  const pane = side?.value ?? view.pane;
  const place = callerPlace(observed.tmux, layout, process.env);
  const isInside = place.kind === "same-server";
  const clients = isInside ? await listClients(exec, layout.socket, place.session) : undefined;
  if (clients?.ok === false) return report(context, clients.diagnostics);
  const way = attachWay(
    { agent, session: pane?.sessionId, pane: side && paneTarget(side.value), clients: clientsOf(view.pane) },
    place,
    clients?.value ?? [],
    readOnly,
  );
  if (!way.ok) return report(context, way.diagnostics);

  const window = named.value?.window;
  const remarks = attachRemarks({ agent, window, isDead: pane?.dead === true, isReadOnly: readOnly, place });
  for (const line of remarks) output.remark(line);
  const { kind, args } = way.value;
  if (isForOther) {
    output.json({ attach: ["tmux", "-N", "-L", layout.socket, ...args] });
    return exitCodes.ok;
  }
  if (kind === "switch") {
    const outcome = await runTmux(exec, layout.socket, args);
    const isDone = outcome.kind === "exited" && outcome.code === 0;
    return isDone ? exitCodes.ok : reportFailure(context, explainTmux(outcome, args));
  }
  const end = await runInForeground("tmux", ["-N", "-L", layout.socket, ...args], tmuxVariables);
  if (end.kind !== "ended") return reportFailure(context, explainTmux(end, args));
  if (end.code === 0) return exitCodes.ok;
  const unfit = await unfitTerminal(exec, process.env["TERM"]);
  return unfit === undefined ? exitCodes.error : reportFailure(context, unfit);
}

/** Returns the one agent of a selection: nobody can be asked through another machine. */
async function onlyAgent(selection: Selection, surveyed: Survey): Promise<Result<string>> {
  const selected = await selectAgents(selection, surveyed);
  if (!selected.ok) return selected;
  const [agent, ...others] = selected.value ?? [];
  if (agent !== undefined && others.length === 0) return ok(agent);
  return fail("bad-usage", "several agents fit: name one of them", {
    hint: "with its host: fleet attach build1/coder-1",
  });
}

function clientsOf(pane: ObservedPane | undefined): number {
  return (pane?.attached ?? 0) + (pane?.viewers ?? 0);
}

/** Returns a pane as a target of tmux, which chooses its window and the pane by it. */
function paneTarget({ sessionId, windowId = "", id }: ObservedPane): string {
  return `${sessionId}:${windowId}.${id}`;
}
