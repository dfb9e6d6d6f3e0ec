import { describe, expect, it } from "vitest";
import { completionPath } from "../../../src/desired/marks/completion.ts";
import { formatConfigMark } from "../../../src/desired/marks/config-mark.ts";
import type { FleetFile } from "../../support/plan/resolved.ts";
import { desiredFor, inShort, machineWith, planOn } from "../../support/plan/scene.ts";
import { change, type World } from "../../support/plan/world.ts";

const job = { command: "seed", run: "once", restart: { policy: "no" } };
const fleetWith = (more: FleetFile["agents"], seed: object = job): FleetFile => ({
  agents: { seed, ...more },
});
const after = { dependsOn: { seed: "completed" } };
const before = fleetWith({ app: { command: "serve" } });

/** Returns the machine on which the job of this fleet is completed. */
function completedOn(world: World, fleet: FleetFile): World {
  const declared = desiredFor(fleet).agents.find(({ name }) => name === "seed");
  return change(world, ({ files, units, layout, now }) => {
    const unit = units.get("mosaic-agent@seed.service");
    if (unit !== undefined)
      units.set("mosaic-agent@seed.service", { ...unit, active: "inactive", sub: "dead" });
    files.set(completionPath(layout, "seed"), {
      kind: "file",
      content: `completed=2026-01-01T00:00:00Z\nconfig=${declared ? formatConfigMark(declared.config) : ""}\n`,
      mode: 0o600,
      modifiedMs: now,
    });
  });
}

const lines = (world: World, fleet: FleetFile, options: Parameters<typeof planOn>[2] = {}) =>
  inShort(planOn(world, fleet, options)).filter((line) =>
    /^app|^web|(?:re)?start app|start web|stop app/.test(line),
  );

describe("The plan of an agent that starts after a job", () => {
  it("starts it only with the completion of the declared work", () => {
    const fleet = fleetWith({ app: { command: "serve" }, web: { command: "web", ...after } });
    const world = machineWith(before);
    expect(lines(world, fleet)).toEqual(["web: add new seed running"]);
    expect(lines(completedOn(world, fleet), fleet)).toEqual(["web: add new", "start web (new)"]);
    const other = fleetWith(
      { app: { command: "serve" }, web: { command: "web", ...after } },
      { ...job, command: "seed --all" },
    );
    expect(lines(completedOn(world, fleet), other)).toEqual(["web: add new seed stopped"]);
  });

  it("keeps it running with its old configuration, if the job is not completed or runs again", () => {
    const fleet = fleetWith({ app: { command: "serve --all", onChange: "restart", ...after } });
    const world = machineWith(before);
    expect(lines(world, fleet)).toEqual(["app: pending job-not-completed seed running [job]"]);
    const done = completedOn(world, fleet);
    expect(lines(done, fleet)).toEqual([
      "app: restart command-changed command !agent",
      "restart app (command-changed) !agent",
    ]);
    const all = { intent: "restart" } as const;
    expect(lines(done, fleet, all)).toEqual(["app: pending job-not-completed seed stopped [job]"]);
    expect(lines(done, fleet, { ...all, only: new Set(["app"]) })).toContain(
      "restart app (command-changed) !agent",
    );
  });

  it("keeps the agent whose place it takes, and the one that it replaces as another kind", () => {
    const renamed = fleetWith({ web: { command: "web", formerly: "app", onChange: "restart", ...after } });
    expect(lines(machineWith(before), renamed)).toEqual([
      "app: pending renamed web [job]",
      "web: pending job-not-completed seed running [job]",
    ]);
    const service = { ...fleetWith({}), services: { app: { command: "serve", ...after } } };
    expect(lines(machineWith(before), service)).toEqual([
      "app: pending job-not-completed seed running [job]",
    ]);
  });
});
