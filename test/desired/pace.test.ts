import { describe, expect, it } from "vitest";
import { formatPaces, longestQueueMs, pacesOf, runtimeOfGroup } from "../../src/desired/pace.ts";
import { presets } from "../../src/runtimes/presets.ts";
import { limitRows } from "../../src/runtimes/row-pattern.ts";
import { desiredOf } from "../support/plan/resolved.ts";

const runtimes = {
  claude: { command: "claude", start: { interval: 5_000, jitter: 15, holdAfter: false as const } },
  codex: { command: "codex" },
};

describe("The groups in which an agent takes turns", () => {
  it("are its runtime first, and then the fleet", () => {
    const paces = pacesOf({ runtime: "claude" }, { runtimes, start: { parallel: 2 } });
    expect(paces.map(({ group }) => group)).toEqual(["runtime-claude", "fleet"]);
    expect(paces.map(({ group }) => runtimeOfGroup(group))).toEqual(["claude", undefined]);
    expect(pacesOf({ runtime: "codex" }, { runtimes })).toEqual([]);
    expect(pacesOf({ runtime: "constructor" }, { runtimes })).toEqual([]);
    expect(pacesOf({ service: true }, { runtimes, start: {} })).toEqual([]);
  });

  it("reach the start script as words, with times in hundredths of a second", () => {
    expect(formatPaces(pacesOf({ runtime: "claude" }, { runtimes, start: {} }))).toBe(
      "runtime-claude 1 500 2 0 fleet 1 100 0 5",
    );
  });

  it("are the longest queue of an agent, one after the other", () => {
    const paces = pacesOf({ runtime: "claude" }, { runtimes, start: { parallel: 3 } });
    expect(longestQueueMs(paces, (group) => (group === "fleet" ? 10 : 4))).toBe(4 * 5_000 + 15 + 4 * 1_000);
  });

  it("change only the drop-ins of their agents", () => {
    const agents = { one: { runtime: "claude" }, other: { runtime: "codex" } };
    const plain = { claude: { command: "claude" }, codex: { command: "codex" } };
    const paced = { ...plain, claude: { command: "claude", start: { interval: "2s" } } };
    const before = desiredOf({ runtimes: plain, agents });
    const after = desiredOf({ runtimes: paced, agents });
    expect(after.agents[1]).toEqual(before.agents[1]);
    expect(after.shared).toEqual(before.shared);
    expect(before.agents[0]?.dropIn).toBeUndefined();
    expect(after.agents[0]).toMatchObject({
      env: before.agents[0]?.env,
      config: before.agents[0]?.config,
      startTurns: [{ group: "runtime-claude", parallel: 1, intervalMs: 2_000 }],
      startQueueMs: 2_000,
    });
    expect(after.agents[0]?.dropIn?.content).toContain(
      "ExecStartPre=%E/mosaic/tools/fleet/start-agent-session.sh --await-turn %i\n",
    );
    expect(after.agents[0]?.dropIn?.content).toContain("TimeoutStartSec=infinity\n");
  });

  it("let an agent wait before its hooks run", () => {
    const { agents } = desiredOf({
      start: {},
      agents: { one: { command: "x", hooks: { preStart: "y" }, ready: { exec: "z" } } },
    });
    const steps = [...(agents[0]?.dropIn?.content ?? "").matchAll(/^ExecStartPre=.* (--\S+) %i$/gm)];
    expect(steps.map(([, step]) => step)).toEqual(["--await-turn", "--before-start"]);
    expect(agents[0]?.dropIn?.content.match(/^TimeoutStartSec=.*$/gm)).toEqual(["TimeoutStartSec=infinity"]);
  });
});

describe("The rows that tell the end of a limit", () => {
  const prompts = { prompt: /^> /, emptyPrompt: undefined };

  it("have the number of their group, in a pattern without named groups", () => {
    expect(
      limitRows({
        ...prompts,
        limits: [/You've (?:hit|reached) your .*limit(?:.*\bresets (?<until>.+))?/i, /rate limit/],
      }),
    ).toBe("3 You've (hit|reached) your .*limit(.*resets (.+))?");
    expect(limitRows({ ...prompts, limits: [/\(a\) until (?<until>.+)/, /^until (?<until>\S+)/] })).toBe(
      "1 \\(a\\) until (.+)\n1 ^until (\\S+)",
    );
    expect(
      limitRows({ ...presets.claude.screen })
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["3", "prompt", "empty"]);
    expect(limitRows({ ...presets.shell.screen })).toBe("");
  });
});
