import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { claude, screenOf, type, withClaude } from "../../support/programs/use-claude.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

interface Row {
  readonly name: string;
  readonly activity: {
    readonly state: string;
    readonly reason: string | null;
    readonly source: string | null;
  } | null;
}

describe("The activity of fifty agents", () => {
  const box = useSandbox(withClaude);
  const names = Array.from({ length: 50 }, (_, index) => `a-${index + 1}`);
  const fifty = {
    runtimes: { claude: { preset: "claude", command: claude } },
    agents: { a: { runtime: "claude", replicas: 50 }, plain: { command: "exec sleep 1000" } },
  };
  /** The prompt of each agent, and what it does then. */
  const prompts = [
    ["work 600000", "working"],
    ["ask", "waiting"],
    ["work 1", "idle"],
    ["limit", "limited"],
    ["question", "waiting"],
  ] as const;
  const wantedOf = (index: number): string => prompts[index % prompts.length]?.[1] ?? "";

  async function rows(...args: readonly string[]): Promise<readonly Row[]> {
    const { stdout } = await fleet(box, "status", "--json", ...args);
    return (JSON.parse(stdout) as { readonly agents: readonly Row[] }).agents;
  }

  beforeAll(async () => {
    await declare(box, fifty);
    await apply(box);
    await until("all are idle, by their hooks", async () =>
      (await rows("a")).every(({ activity }) => activity?.state === "idle" && activity.source === "hook"),
    );
  });

  it("is right for each within a second, and idle for none that is not", async () => {
    const lines = names.map((name, index) => {
      const line = prompts[index % prompts.length]?.[0] ?? "";
      return `send-keys -l -t =${name}: '${line}' ; send-keys -t =${name}: Enter`;
    });
    await box.run(["tmux", "-N", "-L", "mosaic-factory", "source-file", "-"], { input: lines.join("\n") });
    const right = await until("each does what it was told", async () => {
      const seen = await rows("a");
      const wrong = seen.filter(({ activity }, index) => activity?.state !== wantedOf(index));
      if (wrong.length > 0) throw new Error(JSON.stringify(wrong.slice(0, 3)));
      return seen;
    });
    for (let look = 0; look < 3; look++) {
      const states = (await rows("a")).map(({ activity }) => activity?.state);
      expect(states).toEqual(names.map((_, index) => wantedOf(index)));
    }
    expect(right[1]?.activity).toMatchObject({ reason: "Bash(rm -rf build)", source: "hook" });
    expect(right[3]?.activity).toMatchObject({ reason: "until 3pm" });
    // Waiting, then limited, then idle: by the table, which has the column.
    const { stdout } = await fleet(box, "status", "--activity", "waiting,limited");
    expect(stdout).toMatch(/AGENT +STATE +ACTIVITY/);
    expect(stdout).not.toMatch(/^a-1 /m);
    expect(stdout.indexOf("\na-2 ")).toBeLessThan(stdout.indexOf("\na-4 "));
    expect((await rows("plain"))[0]?.activity).toMatchObject({ state: "unknown" });
  });

  it("keeps a change from those that work or wait for a person, also if they are quiet", async () => {
    const changed = { idleAfter: "1s", onChange: "when-idle", env: { MODEL: "other" } };
    await declare(box, { ...fifty, defaults: changed });
    const agents = await until("the idle ones have been quiet for a second", async () => {
      const all = (await plan(box, "a-1", "a-2", "a-3", "a-4")).agents;
      return all.slice(2).every(({ action }) => action === "restart") && all;
    });
    await declare(box, fifty);
    expect(
      agents.map((agent) => [agent.name, agent.action, "atStake" in agent ? agent.atStake?.work : undefined]),
    ).toEqual([
      ["a-1", "pending", "works"],
      ["a-2", "pending", "waits"],
      ["a-3", "restart", undefined],
      ["a-4", "restart", undefined],
    ]);
  });

  it("needs one call to tmux for all screens, and ends a wait", async () => {
    const { stderr } = await fleet(box, "status", "-v");
    expect(stderr.match(/^\$ tmux .*source-file/gm)).toHaveLength(1);
    const waiting = fleet(box, "wait", "a-2", "--timeout", "20s");
    await type(box, "a-2", "1");
    expect(await waiting).toMatchObject({ code: 0, stdout: "a-2 is idle\n" });
    expect(await fleet(box, "wait", "a-1", "--timeout", "300ms")).toMatchObject({ code: 124 });
    const ended = fleet(box, "wait", "a-1", "--state", "ended", "--timeout", "20s");
    const lost = fleet(box, "wait", "a-1", "--timeout", "20s");
    await type(box, "a-3", "/exit");
    await fleet(box, "stop", "--yes", "a-1");
    expect([(await ended).code, (await lost).code]).toEqual([0, 4]);
    expect(await fleet(box, "wait", "a-1")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("a-1 does not run, and so will not be idle"),
    });
    const silent = await fleet(box, "wait", "plain", "--timeout", "300ms");
    expect(silent).toMatchObject({
      code: 124,
      stderr: expect.stringContaining("Nothing tells yet what plain"),
    });
  });

  it("is not that of a program that an agent runs, or of a process outside", async () => {
    await type(box, "a-8", "nested");
    await until("it works", async () => (await rows("a-8"))[0]?.activity?.state === "working");
    await until("the tool has ended", async () => (await screenOf(box, "a-8")).includes("esc to interrupt"));
    expect((await rows("a-8"))[0]?.activity?.state).toBe("working");
    const hook = "MOSAIC_AGENT_ACTIVITY=$XDG_RUNTIME_DIR/mosaic-agent-activity/a-8 MOSAIC_AGENT_PANE=1";
    const ran = await box.run(["sh", "-c", `${hook} ~/.config/mosaic/tools/fleet/mosaic-activity idle`]);
    expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect((await rows("a-8"))[0]?.activity?.state).toBe("working");
    expect((await plan(box, "a-8")).actions).toEqual([]);
  });
});
