import { wordingText } from "../../src/report/terminal/wording-text.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { envPath } from "../../src/desired/layout.ts";
import { renderSuspension, suspensionPath } from "../../src/desired/marks/suspension.ts";
import type { Desired } from "../../src/desired/types.ts";
import type { Observed } from "../../src/observed/types.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import type { PlanOptions } from "../../src/plan/types.ts";
import { planJson } from "../../src/report/plan/plan-json.ts";
import { planText as planWordings } from "../../src/report/plan/plan-text.ts";
import { fullDiffs } from "../../src/diffs/plan/full-diffs.ts";
import { attachDiffs } from "../../src/diffs/plan/attach-diffs.ts";
import { completeInputs, parseSnapshot, renderSnapshot, sealDesired } from "../../src/snapshot/snapshot.ts";
import { anyCase, bold, freeCase, movingCase, shy } from "../support/plan/arbitraries.ts";
import { account, desiredOf } from "../support/plan/resolved.ts";
import { edited, machineWith, trio, without } from "../support/plan/scene.ts";
import { change, observedOf, textAt, type World } from "../support/plan/world.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const planText = (...of: Parameters<typeof planWordings>): readonly string[] =>
  planWordings(...of).map(wordingText);

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 30) };
const label = { version: "1.2.3", host: "here", takenAt: "2026-01-01T00:00:00.000Z", machine: account };

/** Reads the observed state back from a file. */
function readBack(observed: Observed, desired: Desired): Observed {
  const read = parseSnapshot(renderSnapshot(observed, desired, label), "live.json", label.version);
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  return read.value.observed;
}

/** Returns all printed forms of a plan, with the text of each new file. */
async function shownOf(desired: Desired, observed: Observed, options: PlanOptions): Promise<string> {
  const plan = await attachDiffs(planFleet(desired, observed, options));
  const text = planText(plan, createColors(false), true).join("\n");
  const written = fullDiffs(plan, observed, desired.layout).filter(({ becomes }) => becomes === "written");
  return `${text}\n${JSON.stringify([planJson(plan), written], null, 2)}`;
}

/** Expects the same output for plans on the machine and against its snapshot. */
async function expectAlike(desired: Desired, observed: Observed, options: PlanOptions): Promise<string> {
  const live = await shownOf(desired, observed, options);
  expect(await shownOf(sealDesired(desired, observed), readBack(observed, desired), options)).toBe(live);
  return live;
}

describe("A plan against a snapshot", () => {
  it.each([
    ["of a machine on which things have happened", freeCase],
    ["of one with other people's things on it", anyCase],
    ["of one on which agents are just starting or stopping", movingCase],
  ])("is the plan on the machine, as text and as JSON: %s", async (_, cases) => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(bold, shy), async ({ desired, world }, options) => {
        await expectAlike(desired, observedOf(world), options);
      }),
      runs,
    );
  });

  it("shows the edit of an env file with the secrets in it masked, also if they moved to other names", async () => {
    const fleet = edited(trio, "canary", {
      command: "run --token hush-command",
      env: { API_TOKEN: "hush-declared", MODEL: "opus" },
    });
    const path = envPath(desiredOf(fleet).layout, "canary");
    const write = (world: World, text: string): World =>
      change(world, ({ files, now }) =>
        files.set(path, { kind: "file", content: text, mode: 0o600, modifiedMs: now }),
      );
    const before = textAt(machineWith(fleet), path) ?? "";
    const texts = [
      `${before}NOTE=hush-declared\n`,
      before.replace("API_TOKEN=", "NOTE="),
      before.replace("hush-declared", "hush-edited").replace("opus", "sonnet"),
      before.replace("API_TOKEN=hush-declared", `API_TOKEN='hush-declared'`),
      before.replace("hush-command", "hush-other"),
      before.replace("API_TOKEN=hush-declared", `API_TOKEN="hush-one\nhush-two"\n# hush-two`),
    ];
    for (const text of texts) {
      const world = write(machineWith(fleet), text);
      const live = await expectAlike(desiredOf(fleet), observedOf(world), bold);
      expect(live).toContain("env file was edited by hand");
      expect(live).toContain("(sensitive value)");
      const snapshot = renderSnapshot(observedOf(world), desiredOf(fleet), label);
      expect(live + snapshot).not.toContain("hush");
    }
  });

  it("seals only the files that the snapshot has, because nothing else is compared", () => {
    const fleet = edited(trio, "canary", { env: { API_TOKEN: "hush-declared" } });
    const observed = observedOf(
      machineWith(without(edited(fleet, "tester", { dependsOn: undefined }), "planner")),
    );
    const desired = desiredOf(fleet);
    const sealed = sealDesired(desired, observed);
    const sealedAgents = sealed.agents.filter((agent, index) => agent !== desired.agents[index]);
    expect(sealedAgents.map(({ name }) => name)).toEqual(["canary", "tester"]);
    expect(sealedAgents.map(({ env }) => env.content).join("")).not.toContain("hush");
  });

  it("is true for the current fleet file, which may have changed since", async () => {
    const fleet = edited(trio, "canary", { env: { API_TOKEN: "hush-declared", MODEL: "opus" } });
    const observed = observedOf(machineWith(fleet));
    const then = desiredOf(fleet);
    const later = [
      edited(fleet, "canary", { env: { API_TOKEN: "hush-renewed", MODEL: "opus" } }),
      edited(fleet, "canary", { env: { MODEL: "opus" } }),
      without(edited(fleet, "tester", { dependsOn: undefined }), "planner"),
      fleet,
    ].map((each) => desiredOf(each));
    for (const desired of later) {
      const against = await shownOf(sealDesired(desired, observed), readBack(observed, then), shy);
      expect(against).toBe(await shownOf(desired, observed, shy));
    }
  });
});

describe("A snapshot", () => {
  const desired = desiredOf(trio);
  const world = change(machineWith(trio), ({ files, runtime, layout, units, now }) => {
    const content = renderSuspension({ by: "ada", sinceMs: now, untilMs: undefined }, "tester", layout);
    files.set(suspensionPath(layout, "tester"), { kind: "file", content, mode: 0o600, modifiedMs: now });
    files.set("/unreadable", { kind: "unreadable", message: "EACCES" });
    runtime.set("tester", { startedMs: undefined, exitStatus: undefined, restarts: 0 });
    units.set("x.service", {
      name: "x.service",
      load: "loaded",
      active: "failed",
      sub: "failed",
      exitStatus: undefined,
    });
  });

  it("is read back as written, with all maps, and without undefined values", () => {
    const observed: Observed = {
      ...observedOf(world),
      selfSession: undefined,
      uid: 1000,
      folders: new Map([["/home/ada", { linkTo: undefined, access: undefined }]]),
      otherFleets: [{ fleet: "night", socket: undefined }],
    };
    const back = readBack(observed, desired);
    expect({ ...back, files: undefined }).toEqual({ ...observed, files: undefined });
    expect([...back.files.keys()].sort()).toEqual([...observed.files.keys()].sort());
    expect(back.files.get("/unreadable")).toEqual({ kind: "unreadable", message: "EACCES" });
    const read = parseSnapshot(renderSnapshot(observed, desired, label), "live.json", label.version);
    expect(read.ok && { ...read.value, observed: undefined }).toEqual({
      formatVersion: "1.0",
      ...label,
      fleet: "mosaic",
      socket: "mosaic-factory",
      observed: undefined,
    });
  });

  it.each([
    ["nothing", "", "live.json is not a snapshot of a fleet"],
    ["no JSON", "{", "live.json is not a snapshot of a fleet"],
    ["null", "null", "live.json is not a snapshot of a fleet"],
    [
      "another JSON",
      '{"formatVersion":"1.0","fleet":"mosaic","agents":[]}',
      "live.json is not a snapshot of a fleet",
    ],
    [
      "a map that is none",
      '{"formatVersion":"1.0","fleet":"a","observed":{"units":{"$map":5}}}',
      "live.json is not a snapshot of a fleet",
    ],
    [
      "another format",
      renderSnapshot(observedOf(world), desired, label).replace('"1.0"', '"2.0"'),
      "live.json is not a snapshot of a fleet",
    ],
    [
      "another version's",
      renderSnapshot(observedOf(world), desired, { ...label, version: "1.2.2" }),
      "live.json was taken by mosaic-fleet 1.2.2, and this is 1.2.3",
    ],
  ])("is refused if it is %s", (_, text, summary) => {
    const read = parseSnapshot(text, "live.json", label.version);
    expect(read.ok ? [] : read.diagnostics).toMatchObject([{ code: "foreign-plan", summary }]);
  });

  it("assumes that unknown files exist, and lists them", () => {
    const known = {
      envFiles: new Map([["/a.env", { kind: "missing" as const }]]),
      workdirs: new Map([["/srv", "missing" as const]]),
    };
    const wanted = { envFiles: ["/b.env", "/a.env"], workdirs: ["/srv", "/opt"] };
    const { inputs, unknown } = completeInputs(known, wanted);
    expect(unknown).toEqual(["/b.env", "/opt"]);
    expect(inputs.envFiles.get("/a.env")).toEqual({ kind: "missing" });
    expect(inputs.envFiles.get("/b.env")?.kind).toBe("content");
    expect(inputs.workdirs).toEqual(
      new Map([
        ["/srv", "missing"],
        ["/opt", "directory"],
      ]),
    );
  });
});
