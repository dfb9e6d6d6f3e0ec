import { ownWindow } from "../../config/own-window.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import { windowsScript } from "../../desired/windows/windows-script.ts";
import type { ObservedPane } from "../../observed/types.ts";
import { windowsAction } from "../actions.ts";
import type { DiffContext } from "../agent-diff.ts";
import type { AtStake, PolicyWait } from "../agent-plan.ts";
import type { Change } from "../change.ts";
import { changedMarkFields } from "../config/env-mark.ts";
import type { Action } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { atStake } from "../view/at-stake.ts";
import { unitPhase } from "../view/unit-phase.ts";
import type { AgentWindows, KnownPane, SidePane, WindowWork } from "../../machine/window-work.ts";
import { compareWindows, type PanePair, type WindowPair } from "../view/compare-windows.ts";
import type { RunDiff } from "./diff-run.ts";
import { ownSession } from "../blocked/obstacles.ts";
import { mayInterrupt } from "./may-interrupt.ts";

/** A difference of the windows next to a running agent. */
export interface WindowsFix {
  readonly change: Change;
  /** Undefined if all of it waits. */
  readonly action: Action | undefined;
  /** The reason to leave a pane as it is for now; undefined if none is left. */
  readonly hold: PolicyWait | undefined;
  /** The session with that pane. */
  readonly stake: AtStake | undefined;
}

/**
 * Compares the windows next to a running agent with its declaration. Every start opens them by itself, so an agent that
 * starts now has none to fix. A live pane is only ended as `onChange` lets the agent be.
 */
export function diffWindows(
  desired: DesiredAgent,
  view: AgentView,
  run: RunDiff,
  context: DiffContext,
): WindowsFix | undefined {
  const { windows = [], name: agent, state } = desired;
  const { pane: own, sides, unit } = view;
  if (windows.length === 0 && sides.length === 0) return undefined;
  const goesOn = state === "running" && (run.kind === "none" || run.kind === "pending");
  if (!goesOn || context.options.intent !== undefined) return undefined;
  if (own === undefined || own.dead || unitPhase(unit) !== "running") return undefined;

  const { windows: pairs, extra } = compareWindows(windows, sides);
  const isInside = ownSession(view, context) !== undefined;
  const held: ObservedPane[] = [];
  let hold: WindowsFix["hold"];
  const mayEndPane = (pane: ObservedPane, isForGood: boolean): boolean => {
    if (pane.dead) return true;
    const isKept = isForGood && desired.onChange === "keep";
    const verdict = isKept
      ? "kept"
      : isInside
        ? "busy"
        : mayInterrupt(desired, atStake(pane, context.observed.now), context.options);
    if (verdict === "now") return true;
    if (held.push(pane) === 1) hold = verdict;
    return false;
  };

  const works = pairs.map((pair) => workOn(pair, own, mayEndPane)).filter((work) => work !== undefined);
  const closes = extra.filter((pane) => mayEndPane(pane, true)).map(known);
  const change = windowChange(pairs, extra, works, !isDeclarationNew(desired, view));
  if (change === undefined) return undefined;
  const hasWork = closes.length > 0 || works.some(isNeeded);
  const { sessionId, pid } = own;
  const { fleet } = context.layout;
  const script = windowsScript(windows);
  const orders: AgentWindows = {
    pid,
    sessionId,
    fleet,
    agent,
    script,
    windows: works.filter(isNeeded),
    closes,
  };
  return {
    change,
    action: hasWork ? windowsAction(own.id, orders, { agent, reason: change.reason }) : undefined,
    hold,
    stake: held[0] && atStake(held[0], context.observed.now),
  };
}

/** Returns true if fleet.yaml declares other windows than at the last apply. */
function isDeclarationNew({ env }: DesiredAgent, { env: found }: AgentView): boolean {
  return found?.kind === "file" && changedMarkFields(found.content, env.content).includes("windows");
}

type MayEnd = (pane: ObservedPane, isForGood: boolean) => boolean;

function workOn({ window, panes }: WindowPair, own: ObservedPane, mayEnd: MayEnd): WindowWork {
  const opens: SidePane[] = [];
  const restarts: (SidePane & KnownPane)[] = [];
  const keeps: (SidePane & KnownPane)[] = [];
  let hasOther = false;
  for (const pair of panes) {
    const { found } = pair;
    if (found === undefined) opens.push(sideOf(pair));
    else if (!needsStart(pair)) keeps.push({ ...sideOf(pair), ...known(found) });
    else if (mayEnd(found, false)) restarts.push({ ...sideOf(pair), ...known(found) });
    else continue;
    hasOther ||= found !== undefined && found.side?.arrangement !== window.arrangement;
  }
  const { name, arrangement, title, layout, main } = window;
  const place =
    panes.find(({ found }) => found !== undefined)?.found ?? (name === ownWindow ? own : undefined);
  return {
    name,
    windowId: place?.windowId,
    arrangement,
    title,
    layout,
    main,
    isArranged: hasOther || opens.length > 0,
    opens,
    restarts,
    keeps,
  };
}

function sideOf({ label, pane: { hash, title, focus, size } }: PanePair): SidePane {
  return { label, hash, title, focus, size };
}

function known({ id, pid, side }: ObservedPane): KnownPane {
  return { id, processId: pid, formerHash: side?.hash ?? "" };
}

/** Returns true for an existing pane with another process than the declared one, or with a command to run again. */
function needsStart({ pane, found }: PanePair): boolean {
  return found !== undefined && (found.side?.hash !== pane.hash || isEnded({ pane, found }));
}

function isEnded({ pane, found }: Pick<PanePair, "pane" | "found">): boolean {
  return pane.restart && found?.dead === true;
}

function isNeeded({ isArranged, restarts }: WindowWork): boolean {
  return isArranged || restarts.length > 0;
}

function windowChange(
  pairs: readonly WindowPair[],
  extra: readonly ObservedPane[],
  works: readonly WindowWork[],
  isDrift: boolean,
): Change | undefined {
  const panes = pairs.flatMap((pair) => pair.panes);
  const opens = panes.filter(({ found }) => found === undefined).map(({ label }) => label);
  const due = panes.filter(needsStart);
  const restarts = due.map(({ label }) => label);
  const closes = [...new Set(extra.map(({ side }) => side?.window ?? ""))];
  const arranges = works
    .filter(({ isArranged, opens: fresh }) => isArranged && fresh.length === 0)
    .map(({ name }) => name);
  if (opens.length + restarts.length + closes.length + arranges.length === 0) return undefined;
  const isOnlyDrift = isDrift && closes.length === 0 && arranges.length === 0 && due.every(isEnded);
  const reason = !isOnlyDrift ? "windows-changed" : opens.length > 0 ? "window-closed" : "window-ended";
  return { reason, opens, restarts, closes, arranges };
}
