import { describe, expect, it } from "vitest";
import { drift, type Happening } from "../support/plan/drift.ts";
import { edited, inShort, machineWith, planOn, trio } from "../support/plan/scene.ts";
import { change } from "../support/plan/world.ts";

/** With a drop-in for the canary, the first of all agents. */
const fleet = edited(trio, "canary", { description: "smoke test" });
const applied = machineWith(fleet);
const canary = "mosaic/fleet/agents/canary.env";
const dropIn = "systemd/user/mosaic-agent@canary.service.d/50-fleet.conf";
const link = "systemd/user/default.target.wants/mosaic-agent@canary.service";

/** Plans after something has happened to the canary. */
function after(...happenings: readonly Happening["what"][]): readonly string[] {
  const world = drift(
    applied,
    happenings.map((what) => ({ what, pick: 0 })),
  );
  return inShort(planOn(world, fleet, { now: true }));
}

describe("Drift is fixed:", () => {
  it.each<[string, Happening["what"][], string[]]>([
    [
      "a unit that was stopped by hand is started",
      ["stopped"],
      ["canary: start not-running", "reset-failed canary (not-running)", "start canary (not-running)"],
    ],
    [
      "a unit that failed is started, after reset-failed",
      ["failed"],
      ["canary: start failed", "reset-failed canary (failed)", "start canary (failed)"],
    ],
    [
      "a unit that waits for its automatic restart is restarted at once",
      ["autoRestarting"],
      [
        "canary: start failed systemd is about to try again",
        "reset-failed canary (failed)",
        "restart canary (failed)",
      ],
    ],
    [
      "a unit that fails again at this moment is restarted, with its failures forgotten",
      ["crashed", "stopping"],
      [
        "canary: start failed systemd is about to try again",
        "reset-failed canary (failed)",
        "restart canary (failed)",
      ],
    ],
    [
      "a unit that ends because of a restart by somebody else is awaited, which interrupts nobody",
      ["restarting"],
      ["canary: start not-running", "start canary (not-running)"],
    ],
    ["a unit whose restart is queued behind others is left alone", ["restartQueued"], []],
    ["an agent that systemd has restarted is left alone", ["crashed"], []],
    ["a session that was killed and is back is left alone", ["sessionKilled"], []],
    ["a renamed session is left alone", ["sessionRenamed"], []],
    [
      "an env file that was edited is written",
      ["envEdited"],
      ["canary: change file-edited env file", `write-file ${canary} (file-edited)`],
    ],
    [
      "an env file that was removed is written",
      ["envRemoved"],
      ["canary: change file-missing env file", `write-file ${canary} (file-missing)`],
    ],
    [
      "an env file that others may read is written",
      ["envReadable"],
      [
        "canary: change mode-changed env file has mode 0644 instead of 0600",
        `write-file ${canary} (mode-changed)`,
      ],
    ],
    [
      "an agent that was started with an edited env file is restarted",
      ["envEdited", "restarted"],
      [
        "canary: restart config-unknown !agent",
        "reset-failed canary (config-unknown)",
        "tag %2 (config-unknown)",
        `write-file ${canary} (file-edited)`,
        "restart canary (config-unknown) !agent",
      ],
    ],
    [
      "a drop-in that was edited is written",
      ["dropInEdited"],
      [
        "canary: change file-edited drop-in",
        `write-file ${dropIn} (file-edited)`,
        "daemon-reload (file-edited)",
      ],
    ],
    [
      "a drop-in that was removed is written",
      ["dropInRemoved"],
      [
        "canary: change settings-changed Description",
        `write-file ${dropIn} (settings-changed)`,
        "daemon-reload (settings-changed)",
      ],
    ],
    [
      "a link that was removed is made",
      ["linkRemoved"],
      [
        "canary: change link-missing starts at boot",
        `link ${link} (link-missing)`,
        "daemon-reload (link-missing)",
      ],
    ],
    [
      "a link that leads elsewhere is made anew",
      ["linkBent"],
      [
        "canary: change link-missing starts at boot",
        `link ${link} (link-missing)`,
        "daemon-reload (link-missing)",
      ],
    ],
    [
      "a template that was edited is written, and nobody is restarted",
      ["templateEdited"],
      [
        "template: file-edited",
        "write-file systemd/user/mosaic-agent@.service (file-edited)",
        "daemon-reload (file-edited)",
      ],
    ],
    [
      "a start script without its run bit is written, without a reload",
      ["scriptUnrunnable"],
      [
        "script: mode-changed mode 0644 instead of 0755",
        "write-file mosaic/tools/fleet/start-agent-session.sh (mode-changed)",
      ],
    ],
    ["a reload that was cut off is made up for", ["reloadCutOff"], ["daemon-reload (reload-pending)"]],
  ])("%s", (_, happenings, lines) => {
    expect(after(...happenings)).toEqual(lines);
  });

  it("the failures of an agent in its crash loop are reset just before its restart, and not before other starts", () => {
    const looping = drift(applied, [{ what: "autoRestarting", pick: 0 }]);
    const more = edited(edited(fleet, "canary", { description: "other" }), "zoo", { command: "x" });
    expect(inShort(planOn(looping, more)).slice(-3)).toEqual([
      "start zoo (new)",
      "reset-failed canary (failed)",
      "restart canary (failed)",
    ]);
  });

  it("an agent that is starting is left alone by an apply without another declaration, and awaited or restarted by a person", () => {
    const starting = drift(applied, [{ what: "starting", pick: 0 }]);
    const only = new Set(["canary"]);
    const asked = (intent: "start" | "restart"): readonly string[] =>
      inShort(planOn(starting, fleet, { intent, only }));
    expect(inShort(planOn(starting, fleet))).toEqual([]);
    const changed = edited(fleet, "canary", { command: "other" });
    expect(inShort(planOn(starting, changed))).toEqual([
      "canary: restart command-changed command",
      "reset-failed canary (command-changed)",
      `write-file ${canary} (command-changed)`,
      "restart canary (command-changed)",
    ]);
    expect(planOn(starting, changed, { isWatch: true }).summary.restart).toBe(0);
    expect(asked("start")).toEqual(["canary: start not-running", "start canary (not-running)"]);
    expect(asked("restart")).toEqual([
      "canary: restart requested",
      "reset-failed canary (requested)",
      "restart canary (requested)",
    ]);
  });

  it("an agent that waits for its turn to start keeps it, even if a person asks for a restart or start", () => {
    const waiting = change(drift(applied, [{ what: "starting", pick: 0 }]), (world) => {
      const wait = { kind: "turn", sinceMs: world.now, limitMs: 0, words: "fleet" } as const;
      world.runtime.set("canary", { restarts: 0, exitStatus: undefined, startedMs: undefined, wait });
    });
    const asked = (intent: "start" | "restart"): readonly string[] =>
      inShort(planOn(waiting, fleet, { intent, only: new Set(["canary"]) }));
    expect(asked("restart")).toEqual(["canary: start not-running", "start canary (not-running)"]);
    expect(asked("start")).toEqual([]);
  });

  it("a holder that failed is started with all its agents", () => {
    expect(
      after("holderFailed").filter((line) => line.startsWith("start") || line.startsWith("reset")),
    ).toEqual([
      "reset-failed holder (failed)",
      "reset-failed canary (not-running)",
      "reset-failed planner (not-running)",
      "reset-failed tester (not-running)",
      "start holder (failed)",
      "start canary (not-running)",
      "start planner (not-running)",
      "start tester (not-running)",
    ]);
  });

  it("an agent whose env file was edited by hand after its start is not restarted", () => {
    const world = drift(applied, [{ what: "envEdited", pick: 0 }]);
    expect(planOn(world, fleet, { now: true }).summary.restart).toBe(0);
  });

  it("an agent that could not start without its env file is started with it", () => {
    expect(after("envRemoved", "restarted")).toEqual([
      "canary: start not-running",
      "reset-failed canary (not-running)",
      `write-file ${canary} (file-missing)`,
      "start canary (not-running)",
    ]);
  });
});

describe("The reason of a start", () => {
  it.each<[string, Happening["what"][], "start" | "end" | undefined]>([
    ["tells a start that systemd has begun", ["restarting"], "start"],
    ["tells a run that is ending by itself", ["stopping"], "end"],
    ["tells neither of a stopped agent", ["stopped"], undefined],
  ])("%s", (_, happenings, underWay) => {
    const world = drift(
      applied,
      happenings.map((what) => ({ what, pick: 0 })),
    );
    const agent = planOn(world, fleet).agents.find(({ name }) => name === "canary");
    expect(agent?.changes).toEqual([{ reason: "not-running", ...(underWay && { underWay }) }]);
  });
});
