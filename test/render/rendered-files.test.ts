import { describe, expect, it } from "vitest";
import { renderedPlaces, renderedThings } from "../../src/render/rendered-files.ts";
import { account, desiredOf, type FleetFile } from "../support/plan/resolved.ts";

const fleet: FleetFile = {
  agents: {
    plain: { command: "x" },
    limited: { command: "x", resources: { tasksMax: 5 }, replicas: 2 },
    off: { command: "x", state: "stopped" },
  },
};

describe("The rendered files of a fleet", () => {
  it("contain every file and link, by its path below the configuration directory, sorted", () => {
    const things = renderedThings(desiredOf(fleet));
    expect(things.map(({ path }) => path)).toEqual([
      "mosaic/fleet/agents/limited-1.env",
      "mosaic/fleet/agents/limited-2.env",
      "mosaic/fleet/agents/off.env",
      "mosaic/fleet/agents/plain.env",
      "mosaic/tools/fleet/start-agent-session.sh",
      "systemd/user/default.target.wants/mosaic-agent@limited-1.service",
      "systemd/user/default.target.wants/mosaic-agent@limited-2.service",
      "systemd/user/default.target.wants/mosaic-agent@plain.service",
      "systemd/user/mosaic-agent@.service",
      "systemd/user/mosaic-agent@limited-1.service.d/50-fleet.conf",
      "systemd/user/mosaic-agent@limited-2.service.d/50-fleet.conf",
      "systemd/user/mosaic-tmux-holder.service",
    ]);
  });

  it("have the modes and targets of an apply", () => {
    const things = renderedThings(desiredOf(fleet));
    const modes = things.map((thing) => (thing.kind === "file" ? thing.mode.toString(8) : thing.target));
    expect(new Set(modes)).toEqual(
      new Set(["600", "755", "644", "/home/ada/.config/systemd/user/mosaic-agent@.service"]),
    );
  });

  // The last one shares a folder with systemd's own.
  it.each(["mosaic", "a_b-c", "agent", "systemd"])(
    "are in the places of fleet %s, and nowhere else",
    (name) => {
      const placeOf = renderedPlaces(name, account);
      const things = renderedThings(desiredOf({ ...fleet, name }));
      for (const { path, kind, agent } of things) {
        expect({ path, place: placeOf(path) }).toEqual({ path, place: { kind, agent } });
        const parts = path.split("/");
        for (let depth = 1; depth < parts.length; depth++) {
          expect(placeOf(parts.slice(0, depth).join("/"))).toEqual({ kind: "folder" });
        }
      }
    },
  );

  it.each([
    "fleet.yaml",
    ".git",
    "other",
    "systemd/user/other-agent@a.service",
    "systemd/user/mosaic-agent@a.socket",
    "systemd/user/mosaic-agent@.service.d",
    "systemd/user/mosaic-agent@a.service.d/override.conf",
    "systemd/user/default.target.wants/mosaic-agent@.service",
    "systemd/user/default.target.wants/other.service",
    "systemd/system/mosaic-agent@.service",
    "mosaic/fleet/agents/.env",
    "mosaic/fleet/agents/a.suspended",
    "mosaic/fleet/agents/a/b.env",
    "a.env",
    "sub/systemd/user/mosaic-agent@.service",
  ])("do not include %s", (path) => {
    expect(renderedPlaces("mosaic", account)(path)).toBeUndefined();
  });
});
