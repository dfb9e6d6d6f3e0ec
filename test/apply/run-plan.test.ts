import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApplyEvent, ApplyOutcome } from "../../src/events/apply-events.ts";
import type { Recheck, RunChecks } from "../../src/apply/current-run.ts";
import { runPlan } from "../../src/apply/run-plan.ts";
import { envPath, linkPath } from "../../src/desired/layout.ts";
import { resolveFleet } from "../../src/desired/agent/resolve.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { refusal } from "../../src/plan/allowances.ts";
import type { Action, Plan } from "../../src/plan/types.ts";
import type { Command, CommandOutcome } from "../../src/system/command.ts";
import type { StopSignals } from "../../src/system/signals.ts";
import { exited } from "../support/drivers/fake-exec.ts";
import { bold } from "../support/plan/arbitraries.ts";
import { account, configOf, inputsOf } from "../support/plan/resolved.ts";
import { emptyWorld, observedOf } from "../support/plan/world.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "run-plan-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

/** Applies agents `a` and `b` for the first time, on real files and a systemctl with the given answers. */
async function applyTwo(answer: (command: Command) => CommandOutcome = () => exited(0, "")) {
  const config = configOf({ agents: { a: { command: "x" }, b: { command: "y" } } });
  const machine = { ...account, home, configHome: join(home, ".config"), runtimeDir: join(home, "run") };
  const desired = resolveFleet(config, machine, {
    ...inputsOf(config),
    workdirs: new Map([[home, "directory"]]),
  });
  const { layout } = desired;
  const plan = planFleet(desired, observedOf(emptyWorld(layout, inputsOf(config))), bold);
  const calls: string[] = [];
  const events: ApplyEvent[] = [];
  const exec = async (command: Command): Promise<CommandOutcome> => {
    calls.push(command.args.filter((arg) => !arg.startsWith("-")).join(" "));
    return answer(command);
  };
  const emit = (event: ApplyEvent): void => void events.push(event);
  const run = (
    stopSignals?: StopSignals,
    recheck?: Recheck,
    others: Omit<RunChecks, "recheck"> = {},
  ): Promise<ApplyOutcome> => runPlan(plan, { layout, exec }, emit, stopSignals, { recheck, ...others });
  const runRefused = (...refusals: Plan["refusals"]): Promise<ApplyOutcome> =>
    runPlan({ ...plan, refusals }, { layout, exec }, emit);
  return { layout, plan, calls, events, run, runRefused };
}

function ids(actions: ApplyOutcome["done"]): readonly string[] {
  return actions.map(({ id }) => id.replaceAll(`${home}/.config/`, ""));
}

describe("Running a plan", () => {
  it("executes all of it, and reports each step", async () => {
    const { plan, calls, events, run, layout } = await applyTwo();
    const outcome = await run();
    expect(outcome).toEqual({ done: plan.actions, failed: [], skipped: [] });
    expect(calls).toEqual([
      "daemon-reload",
      "start mosaic-tmux-holder.service mosaic-agent@a.service mosaic-agent@b.service",
    ]);
    expect(events.filter(({ kind }) => kind === "failed")).toEqual([]);
    expect(statSync(envPath(layout, "a")).mode & 0o777).toBe(0o600);
    expect(statSync(layout.envDir).mode & 0o777).toBe(0o700);
    expect(existsSync(join(layout.stateDir, "mosaic.reload-pending"))).toBe(false);
  });

  it("begins no agent whose file cannot be written, so that no link is left, and starts all others", async () => {
    const { run, calls, layout } = await applyTwo();
    mkdirSync(envPath(layout, "b"), { recursive: true });
    const outcome = await run();
    expect(ids(outcome.failed)).toEqual(["write-file:mosaic/fleet/agents/b.env"]);
    expect(ids(outcome.skipped)).toEqual([
      "link:systemd/user/default.target.wants/mosaic-agent@b.service",
      "start:mosaic-agent@b.service",
    ]);
    expect(existsSync(linkPath(layout, "b"))).toBe(false);
    expect(calls.at(-1)).toBe("start mosaic-tmux-holder.service mosaic-agent@a.service");
    expect(readFileSync(envPath(layout, "a"), "utf8")).toContain("MOSAIC_AGENT_COMMAND=x");
  });

  it("restarts an agent that runs by the files from before, instead of a start that would do nothing", async () => {
    const underWay = {
      starts: new Map([
        ["a", "under-way" as const],
        ["b", "under-way" as const],
      ]),
    };
    const due = { restarts: new Set(["a"]), starts: new Set<string>(), unsettled: new Set<string>() };
    const { run, plan, calls } = await applyTwo();
    const outcome = await run(undefined, undefined, { ...underWay, lookAgain: async () => due });
    expect(calls).toEqual([
      "daemon-reload",
      "start mosaic-tmux-holder.service", // b runs as declared
      "restart mosaic-agent@a.service",
    ]);
    expect(ids(outcome.done).toSorted()).toEqual(ids(plan.actions).toSorted());
    expect([...outcome.failed, ...outcome.skipped]).toEqual([]);
  });

  it.each([
    ["a look that fails", undefined],
    ["a look that finds them down or starting", { starts: ["a"], restarts: ["a"], unsettled: [] }],
  ])("starts an agent whose start was under way after %s", async (_, found) => {
    const { run, calls } = await applyTwo();
    const setOf = (names: readonly string[] = []): ReadonlySet<string> => new Set(names);
    const due = found && {
      restarts: setOf(found.restarts),
      starts: setOf(found.starts),
      unsettled: setOf(found.unsettled),
    };
    await run(undefined, undefined, { starts: new Map([["a", "under-way"]]), lookAgain: async () => due });
    expect(calls.at(-1)).toBe(
      "start mosaic-tmux-holder.service mosaic-agent@a.service mosaic-agent@b.service",
    );
  });

  it("ends if the reload fails, and records that it is due", async () => {
    const failing = ({ args }: Command): CommandOutcome =>
      args.includes("daemon-reload") ? exited(1, "", "Access denied") : exited(0, "");
    const { run, calls, layout, plan } = await applyTwo(failing);
    const outcome = await run();
    expect(ids(outcome.failed)).toEqual(["daemon-reload:systemd --user"]);
    expect(calls).toEqual(["daemon-reload"]);
    expect(outcome.done.length + outcome.failed.length + outcome.skipped.length).toBe(plan.actions.length);
    expect(existsSync(join(layout.stateDir, "mosaic.reload-pending"))).toBe(true);
  });

  it("begins nothing more after an interruption, and does not wait for a call that was cut off", async () => {
    const soon = new AbortController();
    const now = new AbortController();
    const { run, plan, calls } = await applyTwo(({ args }) => {
      if (!args.includes("daemon-reload")) return exited(0, "");
      soon.abort("SIGINT");
      now.abort("SIGINT");
      return { kind: "killed", signal: "SIGKILL", stderr: "" };
    });
    const outcome = await run({ soon: soon.signal, now: now.signal });
    expect(ids(outcome.failed)).toEqual(["daemon-reload:systemd --user"]);
    // It does not rest on the reload.
    expect(ids(outcome.skipped)).toContain("write-file:mosaic/tools/fleet/start-agent-session.sh");
    expect(calls).toEqual(["daemon-reload"]);
    expect(outcome.done.length + outcome.failed.length + outcome.skipped.length).toBe(plan.actions.length);
  });

  it("does not try an action with an objection, nor any action after it", async () => {
    const { run, calls, events, plan } = await applyTwo();
    const moved: Diagnostic = { severity: "error", code: "stale-plan", summary: "it has moved" };
    const outcome = await run(undefined, async ([first]) => (first?.kind === "start" ? [moved] : []));
    const isStart = ({ kind }: Action): boolean => kind === "start";
    expect(outcome).toEqual({
      done: plan.actions.filter((action) => !isStart(action)),
      failed: [],
      skipped: plan.actions.filter(isStart),
      isOnce: true,
    });
    expect(calls).toEqual(["daemon-reload"]);
    expect(events.filter(({ kind }) => kind === "failed")).toMatchObject([{ diagnostics: [moved] }]);
  });

  it("executes nothing of a plan that a guard refuses, and says so once", async () => {
    const { runRefused, calls, events, layout, plan } = await applyTwo();
    const refused = refusal({ guard: "mass-stop", all: 4, removed: 0, stopped: 3 });
    expect(await runRefused(refused)).toEqual({ done: [], failed: [], skipped: plan.actions });
    expect(calls).toEqual([]);
    expect(existsSync(layout.unitDir)).toBe(false);
    expect(events).toMatchObject([
      {
        kind: "failed",
        diagnostics: [{ code: "blocked", summary: "the plan is refused (mass-stop)" }],
      },
    ]);
  });

  it("does nothing at all if it cannot record the due reload", async () => {
    const { run, calls, layout, plan } = await applyTwo();
    mkdirSync(join(layout.stateDir, "mosaic.reload-pending", "in-the-way"), { recursive: true });
    expect(await run()).toEqual({ done: [], failed: [], skipped: plan.actions });
    expect(calls).toEqual([]);
    expect(existsSync(layout.unitDir)).toBe(false);
  });
});
