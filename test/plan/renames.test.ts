import { describe, expect, it } from "vitest";
import { completionPath } from "../../src/desired/marks/completion.ts";
import { formatConfigMark } from "../../src/desired/marks/config-mark.ts";
import { suspensionPath } from "../../src/desired/marks/suspension.ts";
import { drift } from "../support/plan/drift.ts";
import { apply } from "../support/plan/model.ts";
import type { FleetFile } from "../support/plan/resolved.ts";
import {
  desiredFor,
  edited,
  inShort,
  machineWith,
  planOn,
  stopOf,
  trio,
  without,
} from "../support/plan/scene.ts";
import { change, panesOf, setPanes, type World } from "../support/plan/world.ts";
import { notesOf } from "../support/plan/detail.ts";
import { holdOf } from "../support/plan/agent-words.ts";

const quiet = machineWith(trio);

/** The canary says something all the time. */
const busy = atWork(quiet, "canary");

function atWork(world: World, ...names: readonly string[]): World {
  return change(world, (copy) =>
    setPanes(
      copy,
      panesOf(copy).map((pane) =>
        names.includes(pane.agent ?? "") ? { ...pane, activity: Math.floor(copy.now / 1000) } : pane,
      ),
    ),
  );
}

function renamed(keys: object = {}): FleetFile {
  return edited(without(trio, "canary"), "sentry", {
    ...trio.agents?.["canary"],
    formerly: "canary",
    ...keys,
  });
}

const agentLines = (lines: readonly string[]) => lines.filter((line) => /^[\w-]+: /.test(line));

describe("An agent under another name", () => {
  it("replaces the old one in one apply, after its end, when that is idle", () => {
    const plan = planOn(quiet, renamed());
    expect(inShort(plan)).toEqual([
      "canary: remove renamed sentry !agent",
      "sentry: add takes-place canary",
      "stop canary (renamed) !agent",
      "reset-failed canary (renamed)",
      "write-file mosaic/fleet/agents/sentry.env (new)",
      "unlink systemd/user/default.target.wants/mosaic-agent@canary.service (renamed)",
      "link systemd/user/default.target.wants/mosaic-agent@sentry.service (new)",
      "daemon-reload (new)",
      "remove-file mosaic/fleet/agents/canary.env (renamed)",
      "start sentry (new)",
    ]);
    const ofSentry = plan.actions.filter(({ agent }) => agent === "sentry");
    expect(ofSentry.map(({ after }) => after)).toEqual(ofSentry.map(() => ["canary"]));
    expect(notesOf(plan)).toEqual([]);
  });

  it("waits, without its own files, as long as the old one is busy, or with keep", () => {
    const plan = planOn(busy, renamed());
    expect(inShort(plan)).toEqual([
      "canary: pending renamed sentry [busy]",
      "sentry: pending takes-place canary [busy]",
    ]);
    expect(plan.agents.filter((agent) => holdOf(agent) !== undefined)).toMatchObject([
      { awaiting: "remove", atStake: { idleSeconds: 0 } },
      { awaiting: "add", atStake: { idleSeconds: 0 } },
    ]);
    expect(inShort(planOn(quiet, renamed({ onChange: "keep" })))).toEqual([
      "canary: pending renamed sentry [kept]",
      "sentry: pending takes-place canary [kept]",
    ]);
  });

  it.each([
    ["--now", { now: true }],
    ["a restart by its name", { intent: "restart", only: new Set(["sentry"]) } as const],
  ])("does not wait with %s, because a renaming is a change", (_, options) => {
    for (const keys of [{}, { onChange: "keep" }]) {
      expect(agentLines(inShort(planOn(busy, renamed(keys), options)))).toEqual([
        "canary: remove renamed sentry !agent",
        "sentry: add takes-place canary",
      ]);
    }
  });

  it.each(["sentry", "canary"])("is planned with all its names if one is named: %s", (name) => {
    const { agents } = planOn(quiet, renamed(), { only: new Set([name]) });
    expect(agents.map((each) => each.name)).toEqual(["canary", "sentry"]);
  });

  it("does not end the old one if it cannot start", () => {
    const surroundings = { missingWorkdirs: ["/nope"] };
    expect(inShort(planOn(quiet, renamed({ workdir: "/nope" }), { surroundings }))).toEqual([
      "canary: blocked workdir-missing /nope",
      "sentry: blocked workdir-missing /nope",
    ]);
  });

  it("waits for the end of a suspension of the old one", () => {
    const suspended = change(quiet, ({ files, layout, now }) =>
      files.set(suspensionPath(layout, "canary"), {
        kind: "file",
        content: "by=ada\n",
        mode: 0o600,
        modifiedMs: now,
      }),
    );
    expect(inShort(planOn(suspended, renamed()))).toEqual([
      "canary: pending renamed sentry [suspended]",
      "sentry: pending takes-place canary [suspended]",
    ]);
  });

  it("is blocked with the old one, such as by a command inside that one's session", () => {
    const inside = change(quiet, (world) => (world.selfUnit = "mosaic-agent@canary.service"));
    expect(agentLines(inShort(planOn(inside, renamed())))).toEqual([
      expect.stringMatching(/^canary: blocked own-session/),
      "sentry: blocked place-blocked canary",
    ]);
  });

  it("inherits the protection: it is replaced, like in a restart, and not removed", () => {
    const guarded = machineWith(edited(trio, "canary", { protect: true }));
    expect(agentLines(inShort(planOn(guarded, renamed({ protect: true }))))[0]).toBe(
      "canary: remove renamed sentry !agent",
    );
  });

  it("may be most of the fleet, because no agent is gone", () => {
    const replicated = (name: string, more: object = {}): FleetFile => ({
      agents: { [name]: { command: "x", replicas: 5, ...more } },
    });
    const plan = planOn(machineWith(replicated("coder")), replicated("dev", { formerly: "coder" }));
    expect(plan.refusals).toEqual([]);
    expect(plan.summary).toMatchObject({ add: 5, remove: 5 });
  });

  it("is the first replica if its entry gets replicas, and back", () => {
    const single: FleetFile = { agents: { planner: { command: "x", formerly: "planner-1" } } };
    const several: FleetFile = { agents: { planner: { command: "x", replicas: 2, formerly: "planner" } } };
    expect(agentLines(inShort(planOn(machineWith(single), several)))).toEqual([
      "planner: remove renamed planner-1 !agent",
      "planner-1: add takes-place planner",
      "planner-2: add new",
    ]);
    expect(agentLines(inShort(planOn(machineWith(several), single)))).toEqual([
      "planner: add takes-place planner-1",
      "planner-1: remove renamed planner !agent",
      "planner-2: remove no-longer-declared !agent",
    ]);
  });

  it("leaves the new one alone if both names run", () => {
    const both = machineWith(edited(trio, "sentry", { ...trio.agents?.["canary"] }));
    expect(inShort(planOn(atWork(both, "canary"), renamed()))).toEqual([
      "canary: pending renamed sentry [busy]",
    ]);
  });

  it("needs no action if nothing is left of the old one", () => {
    expect(inShort(planOn(machineWith(renamed()), renamed()))).toEqual([]);
  });
});

describe("A job under another name", () => {
  const job = (name: string, more: object = {}): FleetFile => ({
    agents: { [name]: { command: "work", restart: { policy: "no" }, ...more } },
  });
  const [declared] = desiredFor(job("report")).agents;
  const completed = change(drift(machineWith(job("report")), [{ what: "stopped", pick: 0 }]), (world) =>
    world.files.set(completionPath(world.layout, "report"), {
      kind: "file",
      content: `completed=2026-01-01T00:00:00Z\nconfig=${declared ? formatConfigMark(declared.config) : ""}\n`,
      mode: 0o600,
      modifiedMs: world.now,
    }),
  );

  it("stays completed, and does not run again", () => {
    const fleet = job("summary", { formerly: "report" });
    const plan = planOn(completed, fleet);
    const kinds = plan.actions.map(({ kind, target }) => `${kind} ${target.replace(/^.*\//, "")}`);
    expect(kinds.filter((kind) => /start|completed/.test(kind))).toEqual([
      "write-file summary.completed",
      "remove-file report.completed",
    ]);
    const after = apply(completed, plan.actions);
    expect(inShort(planOn(after, fleet))).toEqual([]);
  });

  it("runs again if it has another declaration", () => {
    const plan = planOn(completed, job("summary", { formerly: "report", command: "work harder" }));
    expect(plan.actions.map(({ kind }) => kind)).toContain("start");
  });
});

describe("A stop of a renamed agent", () => {
  it("ends the one that still runs under the old name, once, and reports that the new one comes back", () => {
    for (const names of [["sentry"], ["canary"], ["canary", "sentry"]]) {
      const plan = stopOf(quiet, renamed(), names);
      expect(inShort(plan)).toEqual(["canary: stop requested !agent", "stop canary (requested) !agent"]);
      expect(plan.notes).toEqual([{ kind: "comes-back", agents: ["sentry"] }]);
    }
  });

  it("respects the protection of the new one", () => {
    const plan = stopOf(quiet, renamed({ protect: true }), ["sentry"]);
    expect(plan.agents).toMatchObject([
      { name: "sentry", action: "none" },
      { name: "canary", action: "blocked", reason: "protected" },
    ]);
    expect(plan.actions).toEqual([]);
  });
});

describe("A plan without formerly", () => {
  const hint = (old: string, name: string, word: string, entry: string) =>
    `${old} looks like ${name} under another name, and its session is to end. If it is the same agent, ` +
    `write \`formerly: ${word}\` under ${entry} in fleet.yaml: then ${name} takes the place of ${old}.`;

  it("reports that a removed agent looks like an added one", () => {
    expect(notesOf(planOn(busy, renamed({ formerly: undefined })))).toEqual([
      hint("canary", "sentry", "canary", "sentry"),
    ]);
    const several = edited(trio, "planner", { replicas: 2, command: "another" });
    expect(notesOf(planOn(quiet, several))).toEqual([hint("planner", "planner-1", "planner", "planner")]);
  });

  it("pairs replicas by their number, and none in a doubtful case", () => {
    const replicated = (name: string): FleetFile => ({ agents: { [name]: { command: "x", replicas: 2 } } });
    expect(notesOf(planOn(machineWith(replicated("coder")), replicated("dev")))).toEqual([
      hint("coder-1", "dev-1", "coder", "dev"),
      hint("coder-2", "dev-2", "coder", "dev"),
    ]);
    const twins = (...names: readonly string[]): FleetFile => ({
      agents: Object.fromEntries(names.map((name) => [name, { command: "x" }])),
    });
    expect(notesOf(planOn(machineWith(twins("a", "b", "c")), twins("a", "d", "e")))).toEqual([]);
    expect(
      notesOf(planOn(machineWith(twins("a", "b")), { agents: { a: { command: "x" }, d: { command: "y" } } })),
    ).toEqual([]);
  });
});
