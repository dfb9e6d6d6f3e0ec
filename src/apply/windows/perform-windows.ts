import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path/posix";
import { variablesScript } from "../../attach/exec-way.ts";
import { formatSideMark } from "../../desired/windows/side-mark.ts";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import { exists } from "../../drivers/files/read.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { markedPanes, openWindows } from "../../drivers/tmux/windows/open-windows.ts";
import type { MarkedPane, WindowsOrder } from "../../drivers/tmux/windows/window-lines.ts";
import { controlGroupOf, readControlGroup } from "../../observe/processes/control-group.ts";
import { agentProcess } from "../../observe/processes/agent-process.ts";
import type { CallAction } from "../../plan/types.ts";
import type { AgentWindows, SidePane, WindowWork } from "../../machine/window-work.ts";
import type { Exec } from "../../system/exec.ts";

type WindowsAction = Extract<CallAction, { readonly kind: "windows" }>;

interface WindowsTarget {
  readonly layout: Layout;
  readonly exec: Exec;
}

/** Performs the work on the windows of all agents in one call to tmux. Fails if a pane is missing afterwards. */
export async function performWindows(
  actions: readonly CallAction[],
  { exec, layout }: WindowsTarget,
): Promise<Result<void>> {
  const works = actions.filter((action) => action.kind === "windows");
  const prepared = await Promise.all(works.map(({ windows }) => prepareRuntime(windows, layout)));
  const problems = prepared.flatMap((result) => (result.ok ? [] : result.diagnostics));
  const ready = works.filter((_, index) => prepared[index]?.ok);
  const opened =
    ready.length === 0
      ? ok({ marks: [], message: "" })
      : await openWindows(
          exec,
          layout.socket,
          ready.map((action) => windowsOrderOf(action, layout)),
        );
  if (!opened.ok) return opened;
  await Promise.all(ready.map(({ windows }) => endLeftovers(windows)));
  const { marks, message } = opened.value;
  const diagnostics = [
    ...problems,
    ...ready.flatMap(({ windows }) => missingProblems(windows, marks, message)),
  ];
  return diagnostics.length === 0 ? ok(undefined) : { ok: false, diagnostics };
}

/** Returns for each action whether all of its panes are there; undefined if tmux does not answer. */
export async function openedActions(
  actions: readonly CallAction[],
  { exec, layout }: WindowsTarget,
): Promise<ReadonlyMap<CallAction, boolean> | undefined> {
  const marks = await markedPanes(exec, layout.socket);
  if (marks === undefined) return undefined;
  return new Map(
    actions.map((action) => [
      action,
      action.kind === "windows" && missingPanes(action.windows, marks).length === 0,
    ]),
  );
}

/**
 * Writes the files from which the processes of the panes read their declaration and the environment of the agent. A start
 * with windows has written the second one.
 */
async function prepareRuntime(
  { agent, script, pid }: AgentWindows,
  { runtimeDir }: Layout,
): Promise<Result<void>> {
  const folder = join(runtimeDir, agent);
  // systemd makes this folder: a link in its place leads to foreign files.
  if (linkTarget(folder) !== undefined || !exists(folder)) {
    return fail("file-write-failed", `the runtime directory of ${agent} is gone: ${folder}`);
  }
  const written = await writeFile(join(folder, "windows"), `${script}\n`, 0o600, 0o700);
  const variables = join(folder, "windows-env");
  if (!written.ok || exists(variables)) return written;
  const running = agentProcess(pid);
  if (running === undefined) return fail("not-running", `the command of ${agent} has ended`);
  return writeFile(variables, Buffer.from(variablesScript(running.env, {}), "latin1"), 0o600, 0o700);
}

/** The time for the processes of an ended pane to end because of the hangup, ms. */
const hangupMs = 1_000;

/** Ends the processes that have outlived their pane, because they ignore a hangup. Each pane has a control group of its own. */
async function endLeftovers({ pid, windows, closes }: AgentWindows): Promise<void> {
  const group = controlGroupOf(pid);
  const inUse = new Set(
    windows.flatMap((work) => [...work.keeps, ...work.restarts, ...work.opens]).map(({ hash }) => hash),
  );
  const former = [...windows.flatMap(({ restarts }) => restarts), ...closes].map(
    ({ formerHash }) => formerHash,
  );
  const groups = [...new Set(former)]
    .filter((hash) => !inUse.has(hash))
    .map((hash) => `${group}/windows/${hash}`);
  if (group === undefined || groups.length === 0) return;
  const left = (): readonly number[] => groups.flatMap(processesIn);
  for (const began = performance.now(); left().length > 0 && performance.now() - began < hangupMs;)
    await sleep(20);
  for (const process of left()) killProcess(process);
}

function processesIn(group: string): readonly number[] {
  const pids = (readControlGroup(group, "cgroup.procs") ?? "").split("\n").map(Number);
  return pids.filter((pid) => pid > 0);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in between.
  }
}

function windowsOrderOf({ target, windows }: WindowsAction, layout: Layout): WindowsOrder {
  const { pid, sessionId, closes } = windows;
  return {
    pane: target,
    pid,
    sessionId,
    closes,
    windows: windows.windows.map((work) => {
      const marked = <T extends SidePane>(pane: T): T & MarkedPane => ({
        ...pane,
        mark: sideMarkText(windows, work, pane),
        words: sideCommand(windows, pane, layout),
      });
      const { opens, restarts, keeps } = work;
      return { ...work, opens: opens.map(marked), restarts: restarts.map(marked), keeps: keeps.map(marked) };
    }),
  };
}

/** Returns the process of a pane: the start script finds the declaration by the digest. */
function sideCommand({ agent }: AgentWindows, { hash }: SidePane, layout: Layout): readonly string[] {
  return [layout.scriptPath, "--side", agent, join(layout.runtimeDir, agent), hash];
}

function sideMarkText(
  { fleet, agent }: AgentWindows,
  { name, arrangement }: WindowWork,
  { hash }: SidePane,
): string {
  return formatSideMark({ fleet, agent, hash, arrangement, window: name });
}

/** Returns the names of the panes without a mark of theirs. Two equal panes need two. */
function missingPanes(windows: AgentWindows, marks: readonly string[]): readonly string[] {
  const left = [...marks];
  return windows.windows.flatMap((work) =>
    [...work.keeps, ...work.restarts, ...work.opens].flatMap((pane) => {
      const at = left.indexOf(sideMarkText(windows, work, pane));
      if (at !== -1) left.splice(at, 1);
      return at === -1 && !work.keeps.includes(pane as never) ? [pane.label] : [];
    }),
  );
}

function missingProblems(
  windows: AgentWindows,
  marks: readonly string[],
  message: string,
): readonly Diagnostic[] {
  const missing = missingPanes(windows, marks);
  if (missing.length === 0) return [];
  const result = fail("command-failed", `${windows.agent} did not get its window ${missing.join(", ")}`, {
    ...(message === "" ? {} : { detail: `tmux says: ${message}` }),
    // "no space for new pane" in cmd-split-window.c of tmux 3.3, "no space for a new pane" in layout.c of later ones.
    hint: message.includes("no space")
      ? "make the window larger by tmux.size or a larger terminal, or put the pane into a window of its own"
      : wording`\`${fleetCommand("plan")}\` shows what is left to do`,
  });
  return result.ok ? [] : result.diagnostics;
}
