import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { told, untilActivity } from "../../support/programs/activity.ts";
import { codex, gemini, opencode, screenOf, type, withPrograms } from "../../support/programs/use-claude.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { systemctl, unitOf, untilLogged } from "../../support/units/fleet.ts";

/** A person's own hook and plugin: they run next to those of the preset. */
const ownHook = {
  hooks: { AfterAgent: [{ hooks: [{ type: "command", command: "echo done >>~/own-gemini" }] }] },
};
const ownPlugin = `import { appendFileSync } from "node:fs";
export const Own = async () => ({
  event: async ({ event }) => {
    if (event.type === "session.idle") appendFileSync(process.env.HOME + "/own-opencode", "done\\n");
  },
});
`;

const declared = {
  runtimes: {
    gemini: { preset: "gemini", command: gemini },
    opencode: { preset: "opencode", command: opencode },
    screen: { preset: "gemini", command: gemini, activity: "screen" },
    codex: { preset: "codex", command: codex },
  },
  defaults: { restart: { delay: "100ms" }, stop: { timeout: "30s" } },
  agents: {
    g: { runtime: "gemini", workdir: "~/g" },
    o: { runtime: "opencode", workdir: "~/o" },
    seen: { runtime: "screen" },
    // Its prompt has a character beyond ASCII.
    rings: { runtime: "codex", ready: { activity: "idle", timeout: "20s", onTimeout: "fail" } },
  },
};

describe("The activity of", () => {
  const box = useSandbox(withPrograms);
  const runs = async (agent: string): Promise<string> =>
    tmux(box, "display-message", "-p", "-t", `=${agent}:`, "#{pane_pid}");
  /** Waits for a row on the screen of an agent. */
  const untilRow = async (agent: string, row: RegExp): Promise<string> =>
    until(`${agent} shows ${String(row)}`, async () => {
      const screen = await screenOf(box, agent);
      return row.test(screen) ? screen : undefined;
    });

  beforeAll(async () => {
    await box.sh("mkdir -p ~/.gemini ~/.config/opencode ~/g ~/o");
    await box.write("~/.gemini/settings.json", JSON.stringify(ownHook));
    await box.write("~/.config/opencode/own.js", ownPlugin);
    await box.write(
      "~/.config/opencode/opencode.json",
      JSON.stringify({ plugin: [`file://${box.home}/.config/opencode/own.js`] }),
    );
    await declare(box, declared);
    await apply(box);
  });

  it("gemini comes from its hooks, next to those of a person", async () => {
    await untilActivity(box, "g", "idle", "hook");
    await told(box, "g", "work 600000", "working", "hook");
    expect((await fleet(box, "send", "g", "work 700000")).stdout).toBe("g  delivered (it is working)\n");
    await tmux(box, "send-keys", "-t", "=g:", "Escape");
    const { reason } = await told(box, "g", "ask", "waiting", "hook");
    expect(reason).toBe("Tool Confirm Shell Command requires execution");
    const ran = await fleet(box, "send", "g", "good morning");
    expect(ran).toMatchObject({ code: 6, stdout: expect.stringContaining("it asks a question") });
    await tmux(box, "send-keys", "-t", "=g:", "1");
    await untilActivity(box, "g", "idle", "hook");
    expect(await box.read("~/own-gemini")).toBe("done\n");
    await told(box, "g", "limit", "limited", "hook");
  });

  it("opencode comes from a plugin, next to those of a person", async () => {
    await untilRow("o", /Ask anything/);
    await told(box, "o", "work 600000", "working", "hook");
    await tmux(box, "send-keys", "-t", "=o:", "Escape");
    await untilActivity(box, "o", "idle", "hook");
    expect(await box.read("~/own-opencode")).toBe("done\n");
    // The next tool of the same turn answers nothing.
    const { reason } = await told(box, "o", "ask", "waiting", "hook");
    expect(reason).toBe("bash(rm -rf build)");
    await untilRow("o", /Permission required/);
    expect((await fleet(box, "send", "o", "good morning")).code).toBe(6);
    await tmux(box, "send-keys", "-t", "=o:", "Enter");
    await untilActivity(box, "o", "idle", "hook");
    expect((await told(box, "o", "question", "waiting", "hook")).reason).toBe("Which branch?");
    await tmux(box, "send-keys", "-t", "=o:", "Enter");
    await untilActivity(box, "o", "idle", "hook");
    // The end of a subagent is no end of the turn, and its question is one to the person.
    await told(box, "o", "subagent", "waiting", "hook");
    await tmux(box, "send-keys", "-t", "=o:", "Enter");
    await untilActivity(box, "o", "idle", "hook");
    expect((await told(box, "o", "limit", "limited", "hook")).reason).toBe("Usage limit reached");
    await tmux(box, "send-keys", "-t", "=o:", "Escape");
    await untilActivity(box, "o", "idle", "hook");
  });

  it("a program without hooks comes from its title, and from the bell until somebody looks", async () => {
    await untilActivity(box, "seen", "idle", "screen");
    await told(box, "seen", "work 600000", "working", "title");
    await untilActivity(box, "rings", "idle", "screen");
    await told(box, "rings", "plan", "waiting", "bell");
    const terminal = await openTerminal(box, ["fleet", "attach", "rings"]);
    await terminal.waitFor("Which way?");
    await until("a look takes the bell back", async () => {
      const { stdout } = await fleet(box, "status", "--json", "rings");
      return !stdout.includes('"bell"');
    });
    await terminal.close();
  });

  it("allows a text: it is a paste of several lines, and arrives whole", async () => {
    const text = "work 1\nsecond line; with $HOME and 'quotes'\tand ü";
    await tmux(box, "send-keys", "-t", "=g:", "Escape");
    for (const agent of ["g", "o"]) {
      const { stdout } = await fleet(box, "send", agent, text);
      expect(stdout).toBe(`${agent}  delivered\n`);
      await until(`${agent} is done`, async () => (await screenOf(box, agent)).includes("Done."));
      await untilActivity(box, agent, "idle", "hook");
    }
    expect(await box.sh("tail -n 1 ~/.gemini/tmp/*-g/chats/*.json")).toBe(`${JSON.stringify({ text })}\n`);
    expect(await box.sh("cat ~/.local/share/opencode/storage/session/*")).toContain(text);
  });

  it("goes on after a crash, in the conversation of before, and a stop ends it by its own word", async () => {
    for (const agent of ["g", "o"]) {
      const before = await runs(agent);
      await type(box, agent, "crash");
      await until(`${agent} runs again`, async () => {
        const now = await runs(agent).catch(() => before);
        return now !== before;
      });
      await untilRow(agent, /second line/);
    }
    await untilActivity(box, "g", "idle", "hook");
    expect((await plan(box)).actions).toEqual([]);
    await systemctl(box, "stop", unitOf("g"), unitOf("o"));
    await untilLogged(box, unitOf("g"), "agent g: ended by /quit after ");
    await untilLogged(box, unitOf("o"), "agent o: ended by /exit after ");
  });

  it("is not that of a preset whose program is not installed: nothing is done for its agents, told with the reason", async () => {
    await box.sh(`sed s/0.27.1/0.31.0/ ${gemini} >~/gemini && chmod +x ~/gemini`);
    const { runtimes, defaults } = declared;
    const own = { preset: "gemini", command: `${box.home}/gemini` };
    const others = { ...runtimes, own, claude: { preset: "claude" } };
    const agents = (model: string) => ({
      ...declared.agents,
      moved: { runtime: "own", env: { MODEL: model } },
      absent: { runtime: "claude", replicas: 3 },
      installs: { runtime: "claude", hooks: { preStart: "exit 1" }, restart: { policy: "no" } },
    });
    await declare(box, { runtimes: others, defaults, agents: agents("one") });
    const applied = await fleet(box, "apply", "--yes", "--now");
    expect(applied.stdout).toMatch(
      /agents absent-1, absent-2 and absent-3 are blocked: claude is not on the PATH of agents$/m,
    );
    expect(await box.sh("cd ~/.config/mosaic/fleet/agents && echo *")).toBe(
      "g.env installs.env moved.env o.env rings.env seen.env\n",
    );
    const doctor = await fleet(box, "doctor", "--json");
    expect((JSON.parse(doctor.stdout) as { readonly findings: unknown }).findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: "program-missing",
          program: "claude",
          agents: ["absent", "installs"],
        }),
        expect.objectContaining({
          kind: "preset-version",
          installed: "0.31.0",
          madeFor: "0.27",
          agents: ["moved"],
        }),
      ]),
    );
    expect(doctor.stdout).not.toContain('"preset": "codex"');

    // Nor is a session ended for a program that is gone. Without a change, nobody asks for the PATH.
    const before = await runs("moved");
    await box.sh("rm ~/gemini");
    await declare(box, { runtimes: others, defaults, agents: agents("two") });
    const ran = await fleet(box, "apply", "--yes", "--now", "moved");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toMatch(/agent moved is blocked: .*\/gemini does not exist, or is not executable$/m);
    expect(await runs("moved")).toBe(before);
    expect((await fleet(box, "plan", "-v", "rings")).stderr).toMatch(/property=Version,Environment/);
    await declare(box, declared);
    await systemctl(box, "start", unitOf("g"), unitOf("o"));
    expect((await fleet(box, "plan", "-v", "rings")).stderr).not.toMatch(/property=Version,Environment/);
  });
});
