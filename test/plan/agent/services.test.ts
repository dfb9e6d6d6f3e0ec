import { describe, expect, it } from "vitest";
import type { FleetFile } from "../../support/plan/resolved.ts";
import { destructionOf, inShort, machineWith, planOn, stopOf } from "../../support/plan/scene.ts";
import { change, type World } from "../../support/plan/world.ts";

const coder = { command: "code", dependsOn: ["proxy"] };
const proxy = { command: "proxy --port 1", workdir: "~" };
const mixed: FleetFile = { agents: { coder }, services: { proxy } };
const running = machineWith(mixed);
const unit = "systemd/user/mosaic-agent@proxy.service";
const link = "systemd/user/default.target.wants/mosaic-agent@proxy.service";

/** Returns the machine with a foreign tmux server: nothing may be done with agents. */
function withForeignServer(world: World): World {
  return change(world, (copy) => {
    if (copy.tmux !== undefined) copy.tmux = { ...copy.tmux, unit: "app.scope" };
  });
}

describe("A service", () => {
  it("gets a unit file of its own, and is started without a tmux server", () => {
    const plan = planOn(machineWith({ agents: {} }), { services: { proxy } });
    expect(inShort(plan)).toEqual([
      "proxy: add new",
      "write-file mosaic/fleet/agents/proxy.env (new)",
      `link ${link} (new)`,
      `write-file ${unit} (new)`,
      "daemon-reload (new)",
      "start proxy (new)",
    ]);
    expect(plan.agents).toMatchObject([{ name: "proxy", kind: "service" }]);
    expect(planOn(running, mixed).actions).toEqual([]);
  });

  it("is restarted if its configuration changes, and not if its settings do", () => {
    const edited = (keys: object): FleetFile => ({ ...mixed, services: { proxy: { ...proxy, ...keys } } });
    expect(inShort(planOn(running, edited({ command: "proxy --port 2" })))).toEqual([
      "proxy: restart command-changed command",
      "reset-failed proxy (command-changed)",
      "write-file mosaic/fleet/agents/proxy.env (command-changed)",
      "restart proxy (command-changed)",
    ]);
    expect(inShort(planOn(running, edited({ restart: { delay: "9s" } })))).toEqual([
      "proxy: change settings-changed RestartSec",
      `write-file ${unit} (settings-changed)`,
      "daemon-reload (settings-changed)",
    ]);
    const kept = edited({ command: "proxy --port 2", onChange: "keep" });
    expect(inShort(planOn(running, kept))).toContain("proxy: pending command-changed command [kept]");
  });

  it("takes no key from defaults", () => {
    const defaults = { workdir: "/srv", env: { A: "1" }, state: "stopped", resources: { tasksMax: 3 } };
    const agents = { coder: { ...coder, state: "running", workdir: "~", env: {} } };
    const plan = planOn(running, { ...mixed, defaults, agents });
    expect(plan.agents.find(({ name }) => name === "proxy")).toMatchObject({ action: "none" });
  });

  it("is removed with its unit file, stopped, and destroyed like an agent", () => {
    expect(inShort(planOn(running, { agents: { coder: { command: "code" } } }))).toEqual(
      expect.arrayContaining([
        "proxy: remove no-longer-declared",
        `remove-file ${unit} (no-longer-declared)`,
      ]),
    );
    expect(inShort(stopOf(running, mixed, ["proxy"]))).toEqual([
      "proxy: stop requested",
      "stop proxy (requested)",
    ]);
    expect(inShort(destructionOf(running))).toContain(`remove-file ${unit} (destroy)`);
  });

  it("does not wait for a tmux server, as agents do", () => {
    const world = withForeignServer(running);
    const services = { proxy: { command: "proxy --port 2" }, web: { command: "web" } };
    const plan = planOn(world, { agents: { coder, more: { command: "x" } }, services });
    expect(inShort(plan).filter((line) => /^[\w-]+: /.test(line))).toEqual([
      expect.stringMatching(/^more: blocked foreign-tmux-server/),
      "proxy: restart command-changed command",
      "web: add new",
    ]);
    expect(plan.actions.map(({ id }) => id)).toContain("start:mosaic-agent@web.service");
    expect(plan.hindrance).toMatchObject({ reason: "foreign-tmux-server" });
    expect(inShort(stopOf(world, mixed, ["proxy"]))).toContain("stop proxy (requested)");
  });

  it("counts for the guard against the end of most of a fleet", () => {
    const services = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { command: name }]));
    const stopped = Object.fromEntries(
      ["a", "b", "c"].map((name) => [name, { command: name, state: "stopped" }]),
    );
    const world = machineWith({ services });
    expect(planOn(world, { services: { ...services, ...stopped } }).refusals).toMatchObject([
      { guard: "mass-stop" },
    ]);
  });

  it("leaves a unit file of somebody else alone", () => {
    const world = change(machineWith({ agents: { coder: { command: "code" } } }), (copy) => {
      copy.files.set(`/home/ada/.config/${unit}`, {
        kind: "file",
        content: "[Service]\nExecStart=mine\n",
        mode: 0o644,
        modifiedMs: 1,
      });
    });
    expect(inShort(planOn(world, mixed))).toContainEqual(expect.stringMatching(/^proxy: blocked not-ours/));
    expect(planOn(world, mixed).actions.filter(({ agent }) => agent === "proxy")).toEqual([]);
  });
});

describe("A name that becomes another kind", () => {
  const asService: FleetFile = {
    agents: { proxy: { command: "code" } },
    services: { coder: { command: "x" } },
  };

  it("ends before its unit is replaced, and starts afterwards", () => {
    const both = inShort(planOn(running, asService, { now: true }));
    const of = (name: string) => both.filter((line) => line.includes(name));
    expect(of("coder")).toEqual([
      "coder: restart kind-changed becomes a service !agent",
      "stop coder (kind-changed) !agent",
      "reset-failed coder (kind-changed)",
      "link systemd/user/default.target.wants/mosaic-agent@coder.service (link-missing)",
      "write-file systemd/user/mosaic-agent@coder.service (file-missing)",
      "remove-file systemd/user/mosaic-agent@coder.service.d/50-fleet.conf (settings-changed)",
      "write-file mosaic/fleet/agents/coder.env (settings-changed)",
      "start coder (kind-changed)",
    ]);
    expect(of("proxy").map((line) => line.split(" ")[0])).toEqual([
      "proxy:",
      "stop",
      "reset-failed",
      "link",
      "remove-file",
      "write-file",
      "start",
    ]);
  });

  it("keeps all of its files while the agent is busy", () => {
    const busy = change(running, (copy) => {
      const active = Math.floor(copy.now / 1000);
      if (copy.tmux !== undefined)
        copy.tmux = { ...copy.tmux, panes: copy.tmux.panes.map((pane) => ({ ...pane, activity: active })) };
    });
    const plan = planOn(busy, asService);
    expect(inShort(plan)).toContain("coder: pending kind-changed becomes a service [busy]");
    expect(plan.actions.filter(({ agent }) => agent === "coder")).toEqual([]);
  });
});
