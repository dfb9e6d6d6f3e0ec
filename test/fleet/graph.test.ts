import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import type { GraphJson } from "../../src/report/graph/graph-output.ts";
import { declare, fleet } from "../support/fleet/fleet.ts";
import { machineState } from "../support/fleet/state.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { misfits } from "../support/report/schema.ts";

const hasDot = spawnSync("which", ["dot"]).status === 0;
if (!hasDot) console.log("The drawings were not read by Graphviz: apt-get install graphviz");

describe("fleet graph", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        planner: { command: "sleep 1000", labels: { team: "core" } },
        coder: { command: "sleep 1000", replicas: 2, dependsOn: ["planner"] },
        broken: { command: "exit 3", restart: { policy: "no" }, dependsOn: ["coder"] },
      },
    });
    await fleet(box, "apply", "--yes");
  });

  it("shows the states of the machine, and changes nothing", async () => {
    const before = await machineState(box);
    const { code, stdout, stderr } = await fleet(box, "graph");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [, ...lines] = stdout.trimEnd().split("\n");
    expect(lines).toEqual(["└─ planner  running", "   └─ coder-* (2)  2 running", "      └─ broken  failed"]);
    expect(await machineState(box)).toEqual(before);
  });

  it("opens replicas with -v, and selects as other commands do", async () => {
    expect((await fleet(box, "graph", "-v", "coder-2")).stdout).toContain("└─ coder-2  running");
    expect((await fleet(box, "graph", "-l", "team=core")).stdout).not.toContain("coder");
    expect(await fleet(box, "graph", "nobody")).toMatchObject({ code: 64, stdout: "" });
  });

  it("prints JSON as its schema says", async () => {
    const { stdout } = await fleet(box, "graph", "--json");
    const graph = JSON.parse(stdout) as GraphJson;
    expect(misfits("graph", graph)).toEqual([]);
    expect(graph.nodes[1]).toMatchObject({ name: "coder-*", states: { running: 2 } });
    expect(graph.edges).toEqual([
      { agent: "coder-*", after: "planner" },
      { agent: "broken", after: "coder-*" },
    ]);
    expect(await fleet(box, "graph", "--json", "--format", "dot")).toMatchObject({ code: 64 });
  });

  it("shows the file alone with --offline, and without a manager and tmux it says so", async () => {
    const script = `mkdir -p ~/none; printf '#!/bin/sh\\ntouch ~/asked\\n' > ~/none/systemctl
      cp ~/none/systemctl ~/none/tmux; chmod +x ~/none/*
      PATH=~/none:$PATH fleet graph --offline; ls ~`;
    const said = await box.sh(script, { cwd: "work" });
    expect(said).toContain("coder-* (2)\n");
    expect(said).not.toContain("asked");
    const env = { XDG_RUNTIME_DIR: "/run/nowhere", DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/nowhere/bus" };
    const without = await box.fleet(["graph"], { env });
    expect(without).toMatchObject({ code: 0, stderr: expect.stringContaining("The states are unknown") });
    expect(without.stdout).toContain("planner\n");
  });

  it.skipIf(!hasDot)("is accepted by dot, also open with 500 agents", async () => {
    const agents = {
      hub: { command: "x" },
      spoke: { command: "x", replicas: 250, dependsOn: ["hub"] },
      rim: { command: "x", replicas: 249, dependsOn: ["hub"] },
    };
    await declare(box, { agents });
    for (const more of [[], ["-v"]]) {
      const { stdout } = await fleet(box, "graph", "--offline", "--format", "dot", ...more);
      const drawn = spawnSync("dot", ["-Tsvg"], { input: stdout, encoding: "utf8" });
      expect({ status: drawn.status, stderr: drawn.stderr }).toEqual({ status: 0, stderr: "" });
      expect(drawn.stdout.match(/class="node"/g)).toHaveLength(more.length === 0 ? 3 : 500);
    }
  });
});
