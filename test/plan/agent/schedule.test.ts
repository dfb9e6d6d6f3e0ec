import { describe, expect, it } from "vitest";
import { timerPath } from "../../../src/desired/layout.ts";
import type { FleetFile } from "../../support/plan/resolved.ts";
import { desiredFor, destructionOf, inShort, machineWith, planOn, stopOf } from "../../support/plan/scene.ts";
import { apply } from "../../support/plan/model.ts";
import { startUnit } from "../../support/plan/model-units.ts";
import { change } from "../../support/plan/world.ts";

const fleetWith = (keys: object, more: object = {}): FleetFile => ({
  services: { nightly: { command: "report", schedule: "daily", ...keys }, ...more },
});
const nightly = fleetWith({});
const timer = "systemd/user/mosaic-agent@nightly.timer";
const link = "systemd/user/timers.target.wants/mosaic-agent@nightly.timer";
const waiting = machineWith(nightly);

describe("A schedule", () => {
  it("is a timer that apply starts, instead of the service, which does not start at boot", () => {
    const first = planOn(
      machineWith({ services: { other: { command: "x" } } }),
      fleetWith({}, { other: { command: "x" } }),
    );
    expect(inShort(first)).toEqual([
      "nightly: add new",
      "write-file mosaic/fleet/agents/nightly.env (new)",
      "write-file systemd/user/mosaic-agent@nightly.service (new)",
      `write-file ${timer} (new)`,
      `link ${link} (new)`,
      "daemon-reload (new)",
      "start mosaic-agent@nightly.timer (new)",
    ]);
    expect(planOn(waiting, nightly).actions).toEqual([]);
  });

  it("has its times, missed runs and spread in the timer", () => {
    const [service] = desiredFor(
      fleetWith({ schedule: { at: ["Mon 03:00", "daily"], catchUp: true, spread: "10m" } }),
    ).agents;
    expect(service?.link).toBeUndefined();
    expect(service?.timer?.file.content).toContain(
      "OnCalendar=Mon 03:00\nOnCalendar=daily\nAccuracySec=1s\nPersistent=true\nRandomizedDelaySec=600000ms\n",
    );
  });

  it("takes new times by a reload, and touches no run", () => {
    const atWork = change(waiting, (world) => startUnit(world, "mosaic-agent@nightly.service"));
    for (const world of [waiting, atWork]) {
      expect(inShort(planOn(world, fleetWith({ schedule: "weekly" })))).toEqual([
        "nightly: change settings-changed schedule",
        `write-file ${timer} (settings-changed)`,
        "daemon-reload (settings-changed)",
      ]);
    }
    expect(inShort(planOn(atWork, fleetWith({ command: "other" })))).toEqual([
      "nightly: change command-changed command",
      "write-file mosaic/fleet/agents/nightly.env (command-changed)",
    ]);
    expect(planOn(atWork, nightly).actions).toEqual([]);
  });

  it("has its file written again with the right mode", () => {
    const chmodded = change(waiting, ({ files, layout }) => {
      const path = timerPath(layout, "nightly");
      const file = files.get(path);
      if (file?.kind === "file") files.set(path, { ...file, mode: 0o600 });
    });
    expect(inShort(planOn(chmodded, nightly))).toEqual([
      "nightly: change mode-changed timer has mode 0600 instead of 0644",
      `write-file ${timer} (mode-changed)`,
      "daemon-reload (mode-changed)",
    ]);
  });

  it("ends with state: stopped, with the key, with the entry, on stop and on destroy", () => {
    const ends = [`remove-file ${timer}`, "stop mosaic-agent@nightly.timer", `unlink ${link}`];
    const endsOf = (lines: readonly string[]) =>
      lines
        .map((line) => line.replace(/ \(.*/, ""))
        .filter((line) => line.includes("nightly.timer"))
        .sort();
    expect(endsOf(inShort(planOn(waiting, fleetWith({ state: "stopped" }))))).toEqual(ends);
    const always = inShort(planOn(waiting, { services: { nightly: { command: "report" } } }));
    expect(endsOf(always)).toEqual(ends);
    expect(always).toContain("start nightly (not-running)");
    expect(endsOf(inShort(planOn(waiting, { services: {} }, { allowRemoveAll: true })))).toEqual(ends);
    expect(endsOf(inShort(destructionOf(waiting)))).toEqual(ends);
    expect(inShort(stopOf(waiting, nightly, ["nightly"]))).toEqual([
      "nightly: stop requested",
      "stop mosaic-agent@nightly.timer (requested)",
      "stop nightly (requested)",
    ]);
  });

  it("ends in the same way if it elapses after the plan", () => {
    const elapsed = change(waiting, (world) => startUnit(world, "mosaic-agent@nightly.service"));
    const plans = [
      stopOf(waiting, nightly, ["nightly"]),
      planOn(waiting, fleetWith({ state: "stopped" })),
      planOn(waiting, { services: {} }, { allowRemoveAll: true }),
      destructionOf(waiting),
    ];
    for (const { actions } of plans) expect([...apply(elapsed, actions).units.keys()]).toEqual([]);
  });

  it("is started by a person, and by no dependent", () => {
    expect(inShort(planOn(waiting, nightly, { only: new Set(["nightly"]), intent: "start" }))).toContain(
      "start nightly (not-running)",
    );
    const [, web] = desiredFor(fleetWith({}, { web: { command: "x", dependsOn: ["nightly"] } })).agents;
    expect(web?.wants).toEqual([]);
    expect(web?.unitFile?.content).toContain("After=mosaic-agent@nightly.service");
  });
});
