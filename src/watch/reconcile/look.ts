import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { LookCause } from "../../events/watch-events.ts";
import type { Machine } from "../../machine/machine.ts";
import { survey } from "../../observe/survey.ts";
import type { Exec } from "../../system/exec.ts";
import { readClocks, sinceJump } from "../loop/clock-jumps.ts";
import { envFileAges } from "../source/env-file-ages.ts";
import { withFailureOutput } from "./failure-output.ts";
import type { KeptMemory } from "./kept-memory.ts";
import { afterLook } from "./memory.ts";
import type { Moment } from "./find-hold.ts";
import { planWithHolds, type HeldPlan } from "./plan-with-holds.ts";

/** A configuration, and the start of the time with it in the file, ms by the clock of the readings. */
export interface FollowedText {
  readonly config: FleetConfig;
  readonly sinceMs: number;
}

/** The means of a look. */
export interface Looking {
  readonly machine: Machine;
  readonly exec: Exec;
  readonly kept: KeptMemory;
  /** Called after each look at the machine. */
  readonly onSeen: (considered: HeldPlan) => void;
}

/** Observes the machine, plans, and reports the news. */
export async function look(
  looking: Looking,
  followed: FollowedText,
  causes: readonly LookCause[],
): Promise<Result<HeldPlan>> {
  const { exec, kept, onSeen } = looking;
  const found = await observeAndPlan(looking, followed, causes.includes("asked"));
  if (!found.ok) return found;
  onSeen(found.value);
  const { memory, events } = afterLook(kept.memory(), found.value, performance.now());
  kept.keep(memory);
  kept.tell(...(await withFailureOutput(events, found.value, exec)));
  return found;
}

/** Does the same for a view: reports nothing, and remembers only the clocks. */
export async function glance(looking: Looking, followed: FollowedText): Promise<void> {
  const found = await observeAndPlan(looking, followed, false);
  if (found.ok) looking.onSeen(found.value);
}

async function observeAndPlan(
  { machine, exec, kept }: Looking,
  { config, sinceMs }: FollowedText,
  isAsked: boolean,
): Promise<Result<HeldPlan>> {
  const seen = await survey(config, { machine, exec });
  if (!seen.ok) return seen;
  const nowMs = performance.now();
  const clocks = readClocks(kept.memory().clocks, Date.now(), nowMs);
  kept.keep({ ...kept.memory(), clocks });
  const { backOff, churn, rolled } = kept.memory();
  const moment: Moment = {
    backOff,
    churn,
    rolled,
    nowMs,
    isAsked,
    textAgeMs: nowMs - sinceMs,
    envFileAgeMs: envFileAges(config, machine.home),
    clockAgeMs: sinceJump(clocks),
  };
  return ok(planWithHolds(seen.value, moment));
}
