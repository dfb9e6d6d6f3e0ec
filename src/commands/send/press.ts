import { setTimeout as pause } from "node:timers/promises";
import type { InputEnd, InputTarget } from "../../drivers/tmux/input/guard.ts";
import { pressKey } from "../../drivers/tmux/input/press-key.ts";
import { readPane, type InputPane } from "../../drivers/tmux/input/read-pane.ts";
import { explainTmux } from "../../drivers/tmux/tmux.ts";
import type { KeyObstacle, KeyPress } from "../../send/delivery.ts";
import { readReport } from "../../observe/activity/read-reports.ts";
import { hesitationOn } from "../../send/prompt.ts";
import type { Exec } from "../../system/exec.ts";
import { takeLock } from "../../system/flock.ts";
import { lockMs, type Recipient } from "./deliver.ts";

/** The way of keys to their agents. */
export interface Pressing {
  readonly exec: Exec;
  readonly socket: string;
  readonly keys: readonly string[];
  /** True to end copy mode before. */
  readonly leavesMode: boolean;
  /** True if an agent presses them: then no question is answered. */
  readonly isFromAgent: boolean;
  /** Factor for all waits, see timeoutFactor. */
  readonly factor: number;
}

/** ms between two keys: a program may take keys in a row for a paste, or an Escape with the next key for one key. */
const betweenKeysMs = 100;

/** Presses keys in the pane of one agent, one after the other. */
export async function press(recipient: Recipient, pressing: Pressing): Promise<KeyPress> {
  const { agent, pane, lock: path } = recipient;
  const { exec, socket, keys, leavesMode, factor } = pressing;
  let pressed = 0;
  const notPressed = (reason: KeyObstacle, detail?: string): KeyPress => ({
    agent,
    verdict: "not-pressed",
    pressed,
    reason,
    ...(detail === undefined ? {} : { detail }),
  });
  const lock = await takeLock(path, { timeoutMs: lockMs, factor });
  if (lock === "locked" || lock === "interrupted") return notPressed(lock);
  if (!("release" in lock)) return notPressed("tmux-failed", lock.error);
  try {
    const look = await readPane(exec, socket, pane.id);
    if (!look.ok) return notPressed("tmux-failed", look.diagnostics[0]?.summary);
    const [reason, detail] = obstacleTo(look.value, recipient, pressing) ?? [];
    if (reason !== undefined) return notPressed(reason, detail);
    for (const key of keys) {
      if (pressed > 0) await pause(betweenKeysMs);
      const end = await pressKey(exec, socket, pane, key, leavesMode);
      if (end.kind !== "done") return notPressed(...pressReason(end, pane));
      pressed += 1;
    }
    return { agent, verdict: "pressed", pressed };
  } finally {
    lock.release();
  }
}

type PressObstacle = readonly [reason: KeyObstacle, detail?: string | undefined];

function obstacleTo(
  look: InputPane | undefined,
  { pane, preset, report }: Recipient,
  { leavesMode, isFromAgent }: Pressing,
): PressObstacle | undefined {
  if (look === undefined) return ["not-running"];
  if (look.dead) return ["ended"];
  if (look.isInputOff) return ["input-off"];
  if (look.pid !== pane.pid) return ["restarted"];
  if (look.isSynchronized) return ["synchronized"];
  if (look.mode !== "" && !leavesMode) return ["in-mode", look.mode];
  const hesitation = isFromAgent ? hesitationOn(look.screen, preset?.screen, readReport(report)) : undefined;
  return hesitation?.reason === "question" ? ["question", hesitation.row] : undefined;
}

function pressReason(end: Exclude<InputEnd, { kind: "done" }>, pane: InputTarget): PressObstacle {
  if (end.kind === "failed") {
    const explained = explainTmux(end.outcome, ["send-keys"]);
    return ["tmux-failed", explained.ok ? undefined : explained.diagnostics[0]?.summary];
  }
  if (end.pid === undefined) return ["not-running"];
  if (end.dead) return ["ended"];
  if (end.pid !== pane.pid) return ["restarted"];
  if (end.isInputOff) return ["input-off"];
  return end.mode === "" ? ["synchronized"] : ["in-mode", end.mode];
}
