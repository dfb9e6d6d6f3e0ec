import { setTimeout as pause } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isInLineMode } from "../../drivers/tmux/input/line-mode.ts";
import type { InputEnd, InputTarget } from "../../drivers/tmux/input/guard.ts";
import { pasteText, pressEnter } from "../../drivers/tmux/input/paste.ts";
import { readPane } from "../../drivers/tmux/input/read-pane.ts";
import { explainTmux } from "../../drivers/tmux/tmux.ts";
import { readReport } from "../../observe/activity/read-reports.ts";
import type { Preset } from "../../runtimes/preset.ts";
import type { Delivery, Obstacle } from "../../send/delivery.ts";
import { hesitationOn, isAtWork } from "../../send/prompt.ts";
import type { Screen } from "../../send/screen.ts";
import { longestLine, maxCookedLine } from "../../send/text.ts";
import { isStranded, showsText } from "../../send/verdict.ts";
import type { Exec } from "../../system/exec.ts";
import { takeLock } from "../../system/flock.ts";

/** The way of a text to its agents. */
export interface SendOrder {
  readonly exec: Exec;
  readonly socket: string;
  readonly text: string;
  readonly hasEnter: boolean;
  /** True to send it even into a question or a draft. */
  readonly isForced: boolean;
  /** True if an agent sends it: then not even a part of it goes into a draft. */
  readonly isFromAgent: boolean;
  /** Factor for all waits, see timeoutFactor. */
  readonly factor: number;
}

/** An agent with a live pane. */
export interface Recipient {
  readonly agent: string;
  readonly pane: InputTarget;
  readonly preset: Preset | undefined;
  /** Path of the lock of its input. */
  readonly lock: string;
  /** Path of the report of its activity, which may be absent. */
  readonly report: string;
}

/** ms from a text to its Enter for a program without a preset. */
const defaultEnterDelayMs = 200;

/** More ms for a text like `/clear`: several programs open a menu at the slash. */
const slashDelayMs = 300;

/**
 * Longest wait for another send to the same agent, ms. A send holds its lock for less than a second, and for 4 s at most if
 * the program does not take the text.
 */
export const lockMs = 15_000;

/** ms between the looks for a text on the screen: 3 s in all. */
const looksMs = [60, 120, 240, 480, 900, 1_200];

/** Sends a text to one agent, at most once, and looks if its screen shows it. */
export async function deliverText(recipient: Recipient, sending: SendOrder): Promise<Delivery> {
  const { agent } = recipient;
  const lock = await takeLock(recipient.lock, { timeoutMs: lockMs, factor: sending.factor });
  if (lock === "locked" || lock === "interrupted") return refusedDelivery(agent, lock);
  if (!("release" in lock)) return refusedDelivery(agent, "tmux-failed", lock.error);
  try {
    const sent = await pasteAndEnter(recipient, sending);
    if ("verdict" in sent) return sent;
    // A text a program has not taken yet looks like a draft to the next send.
    const looksLikeDraft = sending.hasEnter && recipient.preset !== undefined;
    if (!looksLikeDraft) lock.release();
    return await confirmed(recipient, sending, sent);
  } finally {
    lock.release();
  }
}

/** A text on its way, with the screens around it. */
interface Sent {
  readonly before: Screen;
  /** True if the program said before that it was idle. */
  readonly wasIdle: boolean;
  readonly wasWorking: boolean;
  /** True if the screen showed the text before its Enter. */
  readonly isShown: boolean;
  /** False if the agent ended between the text and its Enter. */
  readonly isEntered: boolean;
}

/** Checks the agent, pastes the text and presses Enter. The caller holds the lock. */
async function pasteAndEnter(
  { agent, pane, preset, report }: Recipient,
  { exec, socket, text, hasEnter, isForced, isFromAgent }: SendOrder,
): Promise<Delivery | Sent> {
  const look = await readPane(exec, socket, pane.id);
  if (!look.ok) return failedDelivery(agent, look.diagnostics);
  if (look.value === undefined) return refusedDelivery(agent, "not-running");
  const { screen: before, tty, dead, isInputOff, pid } = look.value;
  if (dead) return refusedDelivery(agent, "ended");
  if (isInputOff) return refusedDelivery(agent, "input-off");
  if (pid !== pane.pid) return refusedDelivery(agent, "restarted");
  const reported = readReport(report);
  const wasIdle = reported?.state === "idle";
  const wasWorking = isAtWork(before, preset?.screen, reported);
  const hesitation = isForced ? undefined : hesitationOn(before, preset?.screen, reported);
  if (hesitation?.reason === "question" || (hesitation !== undefined && (hasEnter || isFromAgent)))
    return refusedDelivery(agent, hesitation.reason, hesitation.row);
  if (longestLine(text) > maxCookedLine && (await isInLineMode(exec, tty)) === true)
    return refusedDelivery(agent, "line-too-long");

  const pasted = await pasteText(exec, socket, pane, text);
  if (pasted.kind !== "done") return notDone(agent, pane, pasted);
  if (!hasEnter) return { before, wasIdle, wasWorking, isShown: false, isEntered: false };
  await pause(enterDelay(text, preset));
  const { end, before: atEnter } = await pressEnter(exec, socket, pane);
  const isShown = atEnter !== undefined && showsText(text, before, { rows: atEnter, cursorRow: 0 });
  return { before, wasIdle, wasWorking, isShown, isEntered: end.kind === "done" };
}

function enterDelay(text: string, preset: Preset | undefined): number {
  const isCommand = text.startsWith("/") && !text.includes("\n");
  return (
    (preset?.enterDelayMs ?? defaultEnterDelayMs) + (isCommand && preset !== undefined ? slashDelayMs : 0)
  );
}

/** Looks until the screen shows the text, and no longer in the input line if there was an Enter. */
async function confirmed(
  { agent, pane, preset, report }: Recipient,
  { exec, socket, text, hasEnter, factor }: SendOrder,
  { before, wasIdle, wasWorking, isShown, isEntered }: Sent,
): Promise<Delivery> {
  const known = wasWorking ? { agent, wasWorking } : { agent };
  if (hasEnter && !isEntered) return { ...known, verdict: "unconfirmed", reason: "not-entered" };
  let isSeen = isShown;
  let isWaiting = false;
  for (const ms of looksMs) {
    if (isSeen && preset === undefined) break; // nothing tells its input line
    await pause(ms * factor);
    const look = await readPane(exec, socket, pane.id);
    // A text such as /exit ends the program, or restarts it.
    if (!look.ok || look.value === undefined || look.value.dead || look.value.pid !== pane.pid) break;
    isSeen ||= showsText(text, before, look.value.screen);
    // A program that asks something shows the text as the last prompt, but without an input line.
    const hasTaken = wasIdle && ["working", "waiting"].includes(readReport(report)?.state ?? "");
    isWaiting = hasEnter && !hasTaken && isStranded(text, look.value.screen, preset?.screen);
    if (isSeen && !isWaiting) break;
  }
  if (isWaiting) return { ...known, verdict: "unconfirmed", reason: "not-entered" };
  return isSeen
    ? { ...known, verdict: "delivered" }
    : { ...known, verdict: "unconfirmed", reason: "not-shown" };
}

function notDone(agent: string, pane: InputTarget, end: Exclude<InputEnd, { kind: "done" }>): Delivery {
  if (end.kind === "failed") {
    const explained = explainTmux(end.outcome, ["paste-buffer"]);
    return failedDelivery(agent, explained.ok ? [] : explained.diagnostics);
  }
  if (end.pid === undefined) return refusedDelivery(agent, "not-running");
  if (end.dead) return refusedDelivery(agent, "ended");
  return refusedDelivery(agent, end.pid === pane.pid ? "input-off" : "restarted");
}

function failedDelivery(agent: string, diagnostics: readonly Diagnostic[]): Delivery {
  return refusedDelivery(agent, "tmux-failed", diagnostics[0]?.summary);
}

function refusedDelivery(agent: string, reason: Obstacle, detail?: string): Delivery {
  return { agent, verdict: "not-delivered", reason, ...(detail === undefined ? {} : { detail }) };
}
