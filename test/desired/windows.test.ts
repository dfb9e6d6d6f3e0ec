import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { withAbsolutePaths } from "../../src/config/file/absolute-paths.ts";
import { environmentOf } from "../../src/desired/env/env-file-entries.ts";
import { maskEnvLines } from "../../src/diffs/mask-env-lines.ts";
import { formatSideMark, parseSideMark } from "../../src/desired/windows/side-mark.ts";
import { configOf, desiredOf } from "../support/plan/resolved.ts";

const agentWith = (windows: object, more: object = {}, defaults: object = {}) => {
  const [agent] = desiredOf({ defaults, agents: { core: { command: "x", windows, ...more } } }).agents;
  if (agent === undefined) throw new Error("there is no agent");
  return agent;
};

describe("The windows of a desired agent", () => {
  it("are no part of the configuration that it runs with", () => {
    expect(agentWith({ logs: "top" }).config).toEqual(agentWith({}).config);
    expect(agentWith({}).env.content).not.toContain("WINDOWS");
    expect(agentWith({}).windows).toBeUndefined();
  });

  it("are those of defaults with its own over them, and false takes one away", () => {
    const defaults = { windows: { logs: "tail log", shell: null } };
    const { windows } = agentWith({ logs: false, tests: "make", shell: "bash" }, {}, defaults);
    expect(windows?.map(({ name, panes }) => [name, panes[0]?.command])).toEqual([
      ["shell", "bash"],
      ["tests", "make"],
    ]);
  });

  it("have the workdir of the agent, and a digest that only a new process changes", () => {
    const one = { command: "top", name: "a", size: "10%" };
    const [first, second] = [one, { ...one, name: "b", size: 3, restart: true }].map(
      (pane) => agentWith({ logs: { panes: [pane] } }, { workdir: "~/src" }).windows?.[0],
    );
    expect(first?.panes[0]).toMatchObject({ workdir: "/home/ada/src", size: "-y 10%" });
    expect(second?.panes[0]?.hash).toBe(first?.panes[0]?.hash);
    expect(second?.arrangement).not.toBe(first?.arrangement);
    const others = [
      { command: "htop" },
      { command: "top", workdir: "/" },
      { command: "top", env: { A: "1" } },
    ];
    const hashes = others.map(
      (pane) => agentWith({ logs: pane }, { workdir: "~/src" }).windows?.[0]?.panes[0]?.hash,
    );
    expect(new Set([...hashes, first?.panes[0]?.hash]).size).toBe(4);
  });

  it("fill placeholders for each replica, also those of defaults", () => {
    const windows = { logs: { command: "tail {name}.log", env: { N: "{replica}" }, workdir: "~/{name}" } };
    const { agents } = desiredOf({ defaults: { windows }, agents: { core: { command: "x", replicas: 2 } } });
    expect(agents.map(({ windows: [logs] = [] }) => logs?.panes[0])).toMatchObject([
      { command: "tail core-1.log", env: { N: "1" }, workdir: "/home/ada/core-1" },
      { command: "tail core-2.log", env: { N: "2" }, workdir: "/home/ada/core-2" },
    ]);
  });

  it("have paths that begin in the folder of fleet.yaml", () => {
    const config = configOf({ agents: { core: { command: "x", windows: { logs: { workdir: "log" } } } } });
    expect(JSON.stringify(withAbsolutePaths(config, "/srv"))).toContain('"/srv/log"');
  });

  it("reach the start script word for word", () => {
    const nasty = "a'b\"c $HOME `x` \\ #{x} %d\nnext";
    const { env } = agentWith({
      "my logs": { panes: [{ command: nasty, name: "it's", env: { X: nasty } }] },
    });
    const script = environmentOf(env.content).get("MOSAIC_AGENT_WINDOWS") ?? "";
    const printer = `window() { printf '<%s>' "$@"; }; pane() { printf '<%s>' "$3" "$5"; eval "$6"; printf '<%s>' "$X"; };`;
    const printed = execFileSync("sh", ["-c", `${printer} ${script}`], { encoding: "utf8" });
    expect(printed).toMatch(/^<my logs><[0-9a-f]{8}><><tiled><><>/);
    expect(printed).toContain(`<it's><${nasty}><${nasty}>`);
  });

  it("show no secret of a pane in a diff", () => {
    const { env } = agentWith({
      logs: { command: "top --token s3cr3t-w0rd", env: { API_TOKEN: "hunter2hunter2" } },
    });
    const shown = maskEnvLines([env.content])[0]
      ?.map((line) => line.shown)
      .join("\n");
    expect(shown).toContain("MOSAIC_AGENT_WINDOWS");
    expect(shown).not.toContain("hunter2");
    expect(shown).not.toContain("s3cr3t-w0rd");
  });
});

describe("The mark of a pane", () => {
  it("is read as it was written", () => {
    const mark = {
      fleet: "mosaic",
      agent: "core-1",
      hash: "0123abcd",
      arrangement: "89ef0123",
      window: "my logs",
    };
    expect(parseSideMark(formatSideMark(mark))).toEqual(mark);
    expect(parseSideMark("anything else")).toBeUndefined();
  });
});
