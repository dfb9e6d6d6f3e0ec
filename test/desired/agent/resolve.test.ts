import { describe, expect, it } from "vitest";
import { inputPaths } from "../../../src/desired/inputs.ts";
import { configOf, desiredOf, type FleetFile } from "../../support/plan/resolved.ts";
import { environmentOf } from "../../../src/desired/env/env-file-entries.ts";

function agentOf(fleet: FleetFile, name: string) {
  const agent = desiredOf(fleet).agents.find((each) => each.name === name);
  if (agent === undefined) throw new Error(`no agent ${name}`);
  return { ...agent, variables: environmentOf(agent.env.content) };
}

describe("An agent", () => {
  it("takes missing values from the defaults, and maps key by key", () => {
    const fleet = {
      runtimes: { claude: { command: "claude" } },
      defaults: {
        runtime: "claude",
        workdir: "~/src",
        env: { A: "1", B: "1" },
        restart: { limit: 3 },
        resources: { memoryMax: "1G" },
        onChange: "keep",
      },
      agents: { a: { env: { B: "2" }, restart: { policy: "no" }, resources: { tasksMax: 5 } } },
    };
    const { variables, dropIn, onChange } = agentOf(fleet, "a");
    expect(variables.get("MOSAIC_AGENT_COMMAND")).toBe("claude");
    expect(variables.get("MOSAIC_AGENT_WORKDIR")).toBe("/home/ada/src");
    expect([variables.get("A"), variables.get("B")]).toEqual(["1", "2"]);
    expect(dropIn?.content).toContain("StartLimitBurst=3\n");
    expect(dropIn?.content).toContain("Restart=no\nMemoryMax=1G\nTasksMax=5\n");
    expect(onChange).toBe("keep");
  });

  it("without settings runs in the home directory, waits until it is idle and may take 20 s to stop", () => {
    expect(agentOf({ agents: { a: { command: "x" } } }, "a")).toMatchObject({
      state: "running",
      onChange: "when-idle",
      idleAfterMs: 60_000,
      stopTimeoutMs: 20_000,
      protect: false,
      dropIn: undefined,
      needs: [],
    });
  });

  it("prefers its own command to its runtime's, and still knows its runtime", () => {
    const { variables } = agentOf(
      { runtimes: { claude: { command: "claude" } }, agents: { a: { runtime: "claude", command: "mine" } } },
      "a",
    );
    expect(variables.get("MOSAIC_AGENT_COMMAND")).toBe("mine");
    expect(variables.get("MOSAIC_AGENT_RUNTIME")).toBe("claude");
  });

  it("with replicas becomes that number of agents, each with its number; a single replica has a number too", () => {
    const { agents } = desiredOf({
      agents: { a: { command: "x", replicas: 11 }, b: { command: "x", replicas: 1 } },
    });
    const numbers = agents.map(({ name, env }) => [
      name,
      environmentOf(env.content).get("MOSAIC_AGENT_REPLICA"),
    ]);
    expect(numbers).toContainEqual(["a-11", "11"]);
    expect(numbers.at(-1)).toEqual(["b-1", "1"]);
    expect(new Set(agents.map(({ config }) => config.hash)).size).toBe(11);
  });

  it("has files and no link if it is declared stopped", () => {
    expect(agentOf({ agents: { a: { command: "x", state: "stopped" } } }, "a").link).toBeUndefined();
    expect(agentOf({ agents: { a: { command: "x" } } }, "a").link).toEqual({
      path: "/home/ada/.config/systemd/user/default.target.wants/mosaic-agent@a.service",
      target: "/home/ada/.config/systemd/user/mosaic-agent@.service",
    });
  });

  it("reads the defaults' envFiles before its own, and needs all of them", () => {
    const fleet = {
      defaults: { envFiles: ["~/a.env"] },
      agents: { a: { command: "x", envFiles: ["/b.env"] } },
    };
    const { agents } = desiredOf(fleet, {
      envFiles: { "/b.env": undefined },
      missingWorkdirs: ["/home/ada"],
    });
    expect(agents[0]?.dropIn?.content).toMatch(/=\/home\/ada\/a\.env\nEnvironmentFile=\/b\.env\n/);
    expect(agents[0]?.needs).toEqual([
      { reason: "workdir-missing", path: "/home/ada" },
      { reason: "env-file-missing", path: "/b.env" },
    ]);
    expect(inputPaths(configOf(fleet), "/home/ada")).toEqual({
      envFiles: ["/home/ada/a.env", "/b.env"],
      environments: [["/home/ada/a.env", "/b.env"]],
      workdirs: ["/home/ada"],
    });
  });

  it("counts as changed only if a value of its start changed", () => {
    const hashWith = (keys: object): string =>
      agentOf({ agents: { a: { command: "x", ...keys } } }, "a").config.hash;
    const same = hashWith({});
    for (const keys of [
      { description: "d" },
      { labels: { a: "b" } },
      { resources: { memoryMax: "1G" } },
      { restart: { limit: 9 } },
      { stopTimeout: "1s" },
      { onChange: "keep" },
      { protect: true },
      { state: "stopped" },
    ]) {
      expect(hashWith(keys), JSON.stringify(keys)).toBe(same);
    }
    for (const keys of [{ command: "y" }, { workdir: "/srv" }, { env: { A: "" } }, { envFiles: ["/x"] }]) {
      expect(hashWith(keys), JSON.stringify(keys)).not.toBe(same);
    }
  });
});

describe("Placeholders of an agent", () => {
  const fleet = {
    runtimes: { r: { command: ["run", "--as={name}", "{{name}}", "${name}"] } },
    defaults: {
      runtime: "r",
      workdir: "~/wt/{name}",
      env: { PORT: "800{replica}", SAME: "x", OWN: "{name}" },
    },
    agents: {
      coder: { replicas: 2, description: "Number {replica} of 100%", env: { OWN: "mine" } },
      other: { command: "echo {name}; { a; }", workdir: "/srv", env: { PORT: "1" } },
    },
  };

  it("are filled in for each replica, from the entry, the defaults and the runtime", () => {
    const { variables, dropIn } = agentOf(fleet, "coder-2");
    expect(variables.get("MOSAIC_AGENT_COMMAND")).toBe("exec run --as=coder-2 '{name}' '${name}'");
    expect(variables.get("MOSAIC_AGENT_WORKDIR")).toBe("/home/ada/wt/coder-2");
    expect([variables.get("PORT"), variables.get("SAME"), variables.get("OWN")]).toEqual([
      "8002",
      "x",
      "mine",
    ]);
    expect(dropIn?.content).toContain("Description=Number 2 of 100%%\n");
    const other = agentOf(fleet, "other").variables;
    expect(other.get("MOSAIC_AGENT_COMMAND")).toBe("echo other; { a; }");
    expect([other.get("PORT"), other.get("OWN")]).toEqual(["1", "other"]);
  });

  it("give the same configuration as their values", () => {
    const written = {
      defaults: { env: { SAME: "x" } },
      agents: {
        other: {
          runtime: "r",
          command: "echo other; { a; }",
          workdir: "/srv",
          env: { PORT: "1", OWN: "other" },
        },
      },
      runtimes: fleet.runtimes,
    };
    expect(agentOf(fleet, "other").config).toEqual(agentOf(written, "other").config);
  });

  it("name all workdirs to look for", () => {
    expect(inputPaths(configOf(fleet), "/home/ada").workdirs).toEqual([
      "/home/ada/wt/coder-1",
      "/home/ada/wt/coder-2",
      "/srv",
    ]);
  });
});
