import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import {
  aider,
  claude,
  codex,
  gemini,
  opencode,
  screenOf,
  type,
  withPrograms,
} from "../../support/programs/use-claude.ts";
import { canRestartManager } from "../../support/rig/manager.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** Returns the UUID of version 5 for a name (RFC 9562, 5.5). */
function uuidOf(name: string): string {
  const namespace = Buffer.from("6c479f109d534d3ea36e87cc165bf241", "hex");
  const sum = createHash("sha1").update(namespace).update(name).digest();
  sum[6] = ((sum[6] ?? 0) & 0x0f) | 0x50;
  sum[8] = ((sum[8] ?? 0) & 0x3f) | 0x80;
  return sum.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The programs, with a row of their screens that shows a prompt of a conversation. */
const programs = {
  coder: { preset: "claude", command: claude, row: "❯ " },
  codex: { preset: "codex", command: codex, row: ": " },
  gemini: { preset: "gemini", command: gemini, row: " > " },
  opencode: { preset: "opencode", command: opencode, row: "┃  " },
  aider: { preset: "aider", command: aider, row: "#### " },
} as const;

describe("An agent with a preset", () => {
  const box = useSandbox(withPrograms);
  const entries = Object.keys(programs) as readonly (keyof typeof programs)[];
  const agents = entries.flatMap((entry) => [`${entry}-1`, `${entry}-2`]);
  const stateOf = (agent: string): string => `~/.local/state/mosaic/fleet/agents/${agent}`;

  /** Waits until the screens of all agents show their own prompts, after a row of their program, and no other one's. */
  async function untilContinued(): Promise<void> {
    await until("each continues its own conversation", async () => {
      const screens = await Promise.all(agents.map((agent) => screenOf(box, agent)));
      const missing = agents.filter((agent, index) => {
        const entry = entries.find((name) => agent.startsWith(`${name}-`)) ?? "coder";
        const rows = (screens[index] ?? "").split("\n").filter((row) => row.includes("work 1 for "));
        const isOwn = rows.every((row) => row.includes(`work 1 for ${agent}`));
        if (!isOwn) throw new Error(`${agent} shows ${rows.join(", ")}`);
        return !rows.some((row) => row.includes(`${programs[entry].row}work 1 for ${agent}`));
      });
      if (missing.length > 0) throw new Error(missing.join(", "));
      return true;
    });
  }
  const processes = async (): Promise<readonly string[]> =>
    (await tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pid}")).trim().split("\n").sort();
  /** Waits until another process runs in the pane of each agent. */
  async function untilReplaced(before: readonly string[]): Promise<void> {
    await until("each runs again", async () => {
      const now = await processes().catch(() => []);
      return now.length === before.length && now.every((row) => !before.includes(row));
    });
  }

  /** Returns the id and the prompts of an agent's conversation, once its program is up. */
  async function conversationOf(agent: string, about: RegExp): Promise<readonly string[]> {
    const screen = await until(`${agent} shows ${String(about)}`, async () => {
      const text = await screenOf(box, agent);
      return about.test(text) && /^conversation /m.test(text) && /^❯\s*$/m.test(text) ? text : undefined;
    });
    return screen.split("\n").filter((line) => /^conversation |^❯ \S/.test(line));
  }

  beforeAll(async () => {
    await box.sh("mkdir -p ~/repo");
    await declare(box, {
      runtimes: Object.fromEntries(
        entries.map((name) => [name, { preset: programs[name].preset, command: programs[name].command }]),
      ),
      defaults: { workdir: "~/repo", restart: { delay: "100ms" } },
      agents: Object.fromEntries(entries.map((name) => [name, { runtime: name, replicas: 2 }])),
    });
    await apply(box);
  });

  it("has a conversation of its own, also next to replicas in one folder, and continues it after a crash", async () => {
    const ids = await Promise.all(
      ["coder-1", "coder-2"].map((agent) => conversationOf(agent, /^conversation/m)),
    );
    expect(ids.flat()).toEqual(
      ["coder-1", "coder-2"].map((name) => `conversation ${uuidOf(`mosaic/${name}`)}`),
    );
    const before = await processes();
    await until("each shows its prompt", async () => {
      const screens = await Promise.all(agents.map((agent) => screenOf(box, agent)));
      return screens.every((screen) => /❯|›|│ >|┃|^> ?$/m.test(screen));
    });
    for (const agent of agents) await type(box, agent, `work 1 for ${agent}`);
    await until("the programs have told their ids", async () => {
      const told = agents.filter((agent) => !agent.startsWith("aider"));
      const kept = await Promise.all(told.map((agent) => box.sh(`cat ${stateOf(agent)}/conversation`)));
      return kept.every((id) => id.trim() !== "") && new Set(kept).size === told.length;
    });
    for (const agent of agents) await type(box, agent, "crash");
    await untilReplaced(before);
    await untilContinued();
  });

  it("continues it after the end of the tmux server", async () => {
    const before = await processes();
    await box.sh(`kill -9 ${(await tmux(box, "display-message", "-p", "#{pid}")).trim()}`);
    await untilReplaced(before);
    await untilContinued();
  });

  it("continues it after a boot", async () => {
    await canRestartManager(box);
    await box.sh("/tmp/end-manager; rm -rf $XDG_RUNTIME_DIR/mosaic-* && /tmp/start-manager");
    await untilContinued();
    expect((await plan(box)).actions).toEqual([]);
  });

  it("of codex follows /new to another conversation, and never one of a subagent", async () => {
    const kept = async (): Promise<string> => box.sh(`cat ${stateOf("codex-1")}/conversation`);
    const first = await kept();
    await type(box, "codex-1", "/new");
    await type(box, "codex-1", "work 1 anew");
    await until("the new one is kept", async () => (await kept()) !== first);
    const second = await kept();
    const turns = async (): Promise<number> => Number(await box.sh("wc -l <~/.codex/told"));
    const before = await turns();
    await type(box, "codex-1", "subagent");
    await until("codex has told the turn of the subagent", async () => (await turns()) > before);
    expect(await kept()).toBe(second);
  });

  it("begins a new one if it is unknown which one is its own", async () => {
    await box.write("~/bin/codex", '#!/bin/sh\necho "$@"\n', 0o755);
    const tools = "~/.config/mosaic/tools/fleet";
    const first = uuidOf("mosaic/codex-1");
    const words = async (agent: string, kept: string | undefined): Promise<string> => {
      await box.sh(kept === undefined ? "rm -f ~/kept" : `echo ${kept} >~/kept`);
      const variables = `MOSAIC_AGENT_NAME=${agent} MOSAIC_AGENT_CONVERSATION=~/kept MOSAIC_AGENT_TOOLS=${tools}`;
      return (await box.sh(`${variables} ${tools}/mosaic-runtime codex --no-hooks ~/bin/codex`)).trim();
    };
    expect(await words("codex-1", undefined)).toBe("");
    expect(await words("codex-1", "''")).toBe("");
    expect(await words("codex-1", "019a-beef")).toBe("resume 019a-beef");
    // An earlier version has written an id that codex does not know.
    expect(await words("codex-1", first)).toBe("");
    await box.sh("cd ~/.config/mosaic/fleet/agents && mv codex-2.env codex-2.away");
    expect(await words("codex-1", first)).toBe("resume --last");
    await box.sh("cd ~/.config/mosaic/fleet/agents && mv codex-2.away codex-2.env");
  });

  it("follows /clear to another conversation, and begins a new one if that is lost", async () => {
    const [before] = await conversationOf("coder-1", /❯ work 1/);
    await type(box, "coder-1", "/clear");
    await conversationOf("coder-1", /^\s*─/m);
    await type(box, "coder-1", "work 1 again");
    await conversationOf("coder-1", /● Done/);
    await type(box, "coder-1", "crash");
    const [after] = await conversationOf("coder-1", /❯ work 1 again/);
    expect(after).not.toBe(before);
    await box.sh("rm -r ~/.claude/projects");
    await fleet(box, "restart", "--yes", "coder-1");
    expect(await conversationOf("coder-1", /^conversation/m)).toEqual([after]);
  });

  it("is left alone by an apply that changes the text of the preset", async () => {
    const pids = await tmux(box, "list-panes", "-a", "-F", "#{pane_pid}");
    const script = "~/.config/mosaic/tools/fleet/mosaic-runtime";
    await box.sh(`sed -i 's/mosaic_command=claude/mosaic_command=other/' ${script}`);
    expect((await plan(box)).shared).toMatchObject([{ role: "runtime-script", reason: "file-edited" }]);
    await apply(box);
    expect(await tmux(box, "list-panes", "-a", "-F", "#{pane_pid}")).toBe(pids);
    expect((await plan(box)).actions).toEqual([]);
    await fleet(box, "destroy", "--yes");
    expect(await box.sh("ls -A ~/.config/mosaic 2>/dev/null || :")).toBe("");
  });
});
