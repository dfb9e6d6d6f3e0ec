import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { claude, screenOf, type, withClaude } from "../../support/programs/use-claude.ts";
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

describe("An agent with a preset", () => {
  const box = useSandbox(withClaude);
  const agents = ["coder-1", "coder-2"];

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
      runtimes: { claude: { preset: "claude", command: claude } },
      defaults: { runtime: "claude", workdir: "~/repo", restart: { delay: "100ms" } },
      agents: { coder: { replicas: 2 } },
    });
    await apply(box);
  });

  it("has a conversation of its own, which follows from its name, and continues it after a crash", async () => {
    const ids = await Promise.all(agents.map((agent) => conversationOf(agent, /^conversation/m)));
    expect(ids.flat()).toEqual(agents.map((agent) => `conversation ${uuidOf(`mosaic/${agent}`)}`));
    for (const [index, agent] of agents.entries()) {
      await type(box, agent, `work 1 for ${index}`);
      await conversationOf(agent, /● Done/);
      await type(box, agent, "crash");
      expect(await conversationOf(agent, /❯ work 1/)).toEqual([
        ...(ids[index] ?? []),
        `❯ work 1 for ${index}`,
      ]);
    }
  });

  it("continues it after the end of the tmux server", async () => {
    const before = await conversationOf("coder-1", /❯ work 1/);
    const server = (await tmux(box, "display-message", "-p", "#{pid}")).trim();
    await box.sh(`kill -9 ${server}`);
    await until(
      "another server runs",
      async () => (await tmux(box, "display-message", "-p", "#{pid}").catch(() => server)).trim() !== server,
    );
    expect(await conversationOf("coder-1", /❯ work 1/)).toEqual(before);
  });

  it("continues it after a boot", async () => {
    const before = await conversationOf("coder-2", /❯ work 1/);
    await canRestartManager(box);
    await box.sh("/tmp/end-manager; rm -rf $XDG_RUNTIME_DIR/mosaic-* && /tmp/start-manager");
    expect(await conversationOf("coder-2", /❯ work 1/)).toEqual(before);
    expect((await plan(box)).actions).toEqual([]);
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
