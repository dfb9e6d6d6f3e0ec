import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { lastLine } from "../../../text/last-line.ts";
import { explainTmux, isNoServer, runTmux } from "../tmux.ts";
import { windowLines, type WindowsOrder } from "./window-lines.ts";

/** The panes with a mark after the call, and the last error of tmux. */
export interface OpenedWindows {
  /** The values of @mosaic_pane, one for each pane. */
  readonly marks: readonly string[];
  readonly message: string;
}

/** Lists the values of @mosaic_pane of all panes. */
const listMarks = ["list-panes", "-a", "-f", "#{@mosaic_pane}", "-F", "#{@mosaic_pane}"];

/**
 * Opens, restarts, closes and arranges windows next to agents, in one call, and another one for clients in control mode if
 * a pane restarts. A failed step does not stop the others: the marks tell which panes there are.
 */
export async function openWindows(
  exec: Exec,
  socket: string,
  orders: readonly WindowsOrder[],
): Promise<Result<OpenedWindows>> {
  const hasRestarts = orders.some(({ windows }) => windows.some(({ restarts }) => restarts.length > 0));
  const clients = hasRestarts ? await controlClients(exec, socket) : [];
  const lines = orders.flatMap((order) => windowLines(order, clients));
  const args = ["source-file", "-", ";", ...listMarks];
  const outcome = await runTmux(exec, socket, args, { input: Buffer.from(`${lines.join("\n")}\n`) });
  if (isNoServer(outcome) || outcome.kind !== "exited") return explainTmux(outcome, ["source-file"]);
  return ok({
    marks: outcome.stdout.split("\n").filter(Boolean),
    message: lastLine(outcome.stderr) ?? "",
  });
}

/** Returns the panes with a mark now; undefined if tmux does not answer. */
export async function markedPanes(exec: Exec, socket: string): Promise<readonly string[] | undefined> {
  const outcome = await runTmux(exec, socket, listMarks, { isLook: true });
  return outcome.kind === "exited" && outcome.code === 0
    ? outcome.stdout.split("\n").filter(Boolean)
    : undefined;
}

async function controlClients(exec: Exec, socket: string): Promise<readonly string[]> {
  const args = ["list-clients", "-f", "#{client_control_mode}", "-F", "#{client_name}"];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  return outcome.kind === "exited" ? outcome.stdout.split("\n").filter(Boolean) : [];
}
