import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux } from "../../support/fleet/fleet.ts";
import { told, untilActivity } from "../../support/programs/activity.ts";
import { aider, claude, codex, screenOf, type, withPrograms } from "../../support/programs/use-claude.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { property, systemctl, unitOf, untilLogged } from "../../support/units/fleet.ts";

const once = { restart: { policy: "no" } };
const untrusted = { env: { TRUSTED: "no" }, ...once };

const declared = (model: string) => ({
  runtimes: {
    claude: { preset: "claude", command: claude },
    codex: { preset: "codex", command: codex },
    trusted: { preset: "codex", command: `${codex} --dangerously-bypass-hook-trust` },
    aider: { preset: "aider", command: aider },
  },
  defaults: { runtime: "claude", onChange: "when-idle", idleAfter: "1h" },
  agents: {
    trusting: { env: { TRUSTED: "no" }, ready: { activity: "idle" } },
    dependent: { command: "exec sleep 1000", dependsOn: ["trusting"] },
    late: { ...untrusted, ready: { activity: "idle", timeout: "1s" } },
    hasty: { ...untrusted, ready: { activity: "idle", timeout: "1s", onTimeout: "fail" } },
    calm: { env: { MODEL: model } },
    silent: { env: { MODEL: model }, stop: { timeout: "30s" } },
    asker: { stop: { timeout: "30s" } },
    failing: {},
    plain: { runtime: "codex" },
    own: { runtime: "codex", env: { CODEX_HOME: "/tmp/own" } },
    hooked: { runtime: "trusted" },
    pair: { runtime: "aider" },
  },
});

describe("The reports of programs", () => {
  const box = useSandbox(withPrograms);
  let applied: Promise<{ readonly code: number; readonly stderr: string }>;

  const paneOf = (agent: string) => tmux(box, "display-message", "-p", "-t", `=${agent}:`, "#{pane_pid}");

  beforeAll(async () => {
    const config = `notify = ["sh", "-c", "echo \\"$1\\" >>~/noted", "sh"]\n`;
    await box.write("/tmp/own/config.toml", config);
    await declare(box, declared("one"));
    applied = box.run(["fleet", "apply", "--yes"]);
    await until("it asks", async () => (await screenOf(box, "trusting")).includes("Do you trust"));
  });

  it("tell when an agent is ready, and until then nothing that depends on it starts", async () => {
    await until("status names the question", async () =>
      /starting: waits for ready \(.*, asks: Do you trust the files in this folder\?/.test(
        (await fleet(box, "status", "trusting")).stdout,
      ),
    );
    expect(await property(box, "dependent", "ActiveState")).not.toBe("active");
    await tmux(box, "send-keys", "-t", "=trusting:", "1");
    const { code, stderr } = await applied;
    expect(await property(box, "dependent", "ActiveState")).toBe("active");
    await untilLogged(box, unitOf("trusting"), "agent trusting: ready after ");

    expect(code).toBe(4);
    const why = "not ready after 1 s: its screen asks: Do you trust the files in this folder?";
    expect(stderr).toMatch(/agent hasty does not run/);
    expect(stderr).toContain(why);
    await untilLogged(box, unitOf("late"), `${why}; it goes on all the same`);
    expect((await fleet(box, "status", "late")).stdout).toContain("running, not ready after 1 s");
  });

  it("must be possible: a program that tells nothing is refused", async () => {
    const { agents } = declared("one");
    const runtimes = { ...declared("one").runtimes, mute: { command: "exec sleep 1000" } };
    const mute = { runtime: "mute", ready: { activity: "idle" } };
    await declare(box, { ...declared("one"), runtimes, agents: { ...agents, mute } });
    const ran = await fleet(box, "apply", "--yes");
    await declare(box, declared("one"));
    expect(ran.code).toBe(65);
    expect(ran.stderr).toMatch(/mute/);
    expect(ran.stderr).toMatch(/activity/);
    expect((await box.run(["fleet", "status", "mute"])).code).toBe(64);
  });

  it("let a change in at once, or keep it away, however long the screen is quiet", async () => {
    await untilActivity(box, "calm", "idle", "hook");
    await told(box, "silent", "silently", "working", "hook");
    const panes = [await paneOf("calm"), await paneOf("silent")];
    await declare(box, declared("two"));
    const first = await fleet(box, "apply", "--yes", "calm", "silent");
    expect(first.stdout).toMatch(/agent silent pending: env.MODEL changed, busy \(.*it is working\)/);
    expect(await paneOf("calm")).not.toBe(panes[0]);
    expect(await paneOf("silent")).toBe(panes[1]);
    const waiting = box.run(["fleet", "apply", "--yes", "--wait-idle", "30s", "silent"]);
    await box.write("~/done", "");
    expect((await waiting).code).toBe(0);
    expect(await paneOf("silent")).not.toBe(panes[1]);
  });

  it("keep a text from a question that no row shows, and a stop takes SIGTERM then", async () => {
    await untilActivity(box, "asker", "idle", "hook");
    expect((await fleet(box, "send", "asker", "question")).stdout).toBe("asker  delivered\n");
    const { reason } = await untilActivity(box, "asker", "waiting", "hook");
    expect(reason).toBe("AskUserQuestion(Which one?)");
    const terminal = await openTerminal(box, ["fleet", "attach", "calm", "asker", "pair"]);
    expect(await terminal.waitFor("Attach to (number or name):")).toMatch(
      /^ *1 {2}asker +running +waiting /m,
    );
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(130);
    await terminal.close();
    const ran = await fleet(box, "send", "asker", "good morning");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain('not delivered: it asks a question: "AskUserQuestion(Which one?)"');
    expect(await screenOf(box, "asker")).not.toContain("good morning");
    await systemctl(box, "stop", unitOf("asker"));
    const why = "gets SIGTERM instead of /exit, because it asks: AskUserQuestion(Which one?)";
    await untilLogged(box, unitOf("asker"), why);
  });

  it("have a stop interrupt work that no row shows", async () => {
    await box.sh("rm ~/done");
    await told(box, "silent", "silently", "working", "hook");
    await systemctl(box, "stop", unitOf("silent"));
    await untilLogged(box, unitOf("silent"), "agent silent: ended by /exit after ");
  });

  it("tell a limit from another error", async () => {
    const { reason } = await told(box, "failing", "fail rate_limit", "limited", "hook");
    expect(reason).toBe("429 Too Many Requests");
    await told(box, "failing", "fail server_error", "idle", "hook");
  });

  it("of codex are the ends of turns, next to its screen and its bell", async () => {
    await untilActivity(box, "plain", "idle", "screen");
    await told(box, "plain", "work 1500", "working", "screen");
    await untilActivity(box, "plain", "idle", "hook");
    const { reason } = await told(box, "plain", "ask", "waiting", "screen");
    expect(reason).toBe("Would you like to run the following command?");
    await type(box, "plain", "y");
    await untilActivity(box, "plain", "idle", "hook");
    await told(box, "plain", "plan", "waiting", "bell");
  });

  it("of codex are all of its hooks, if a person trusts them, and never instead of a person's own", async () => {
    await untilActivity(box, "hooked", "idle");
    const { reason } = await told(box, "hooked", "ask", "waiting", "hook");
    expect(reason).toBe("Bash(git push)");
    await type(box, "own", "work 1");
    await until("its own program was called", async () =>
      ((await box.read("~/noted").catch(() => "")) ?? "").includes("agent-turn-complete"),
    );
    await untilActivity(box, "own", "idle", "screen");
  });

  it("of codex are all of its hooks too, once a person has them in a file of their own and trusts them", async () => {
    const hooks = { Stop: [{ hooks: [{ type: "command", command: "echo stopped >>~/stops" }] }] };
    const own = `${JSON.stringify({ hooks }, null, 4)}\n`;
    const run = (what: string) => box.run(["sh", "-c", `CODEX_HOME=/tmp/own fleet hooks ${what} codex`]);
    const file = "/tmp/own/hooks.json";
    await box.write(file, `{ "hooks": {} }\n`);
    const refused = await run("install --yes");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("cannot edit /tmp/own/hooks.json"),
    });
    await box.write(file, own);
    await box.sh(`mv ${file} /tmp/own/dotfile && ln -s dotfile ${file}`);
    const unasked = await run("install");
    expect(unasked).toMatchObject({
      code: 64,
      stdout: expect.stringContaining('+        "PermissionRequest"'),
    });
    expect(await box.read("/tmp/own/dotfile")).toBe(own);
    expect((await run("install --yes")).stdout).toContain("open /hooks, and trust those of mosaic-activity");
    expect(await run("install --yes")).toMatchObject({
      code: 0,
      stdout: `The hooks for codex are in ${file}.\n`,
    });
    await box.sh("touch /tmp/own/trusts");
    await fleet(box, "restart", "--yes", "own");
    await untilActivity(box, "own", "idle");
    const { reason } = await told(box, "own", "ask", "waiting", "hook");
    expect(reason).toBe("Bash(git push)");
    await type(box, "own", "y");
    await until("the person's own hook ran", async () => /stopped/.test(await box.sh("cat ~/stops || :")));
    expect((await run("remove --yes")).code).toBe(0);
    expect(await box.read("/tmp/own/dotfile")).toBe(own);
    expect(await box.sh(`readlink ${file}`)).toBe("dotfile\n");
    expect(await box.run(["fleet", "hooks", "install", "claude"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("claude needs no hooks in a file of yours"),
    });
  });

  it("of aider are the ends of turns, and its screen tells a question", async () => {
    await untilActivity(box, "pair", "idle", "screen");
    await told(box, "pair", "work 1", "idle", "hook");
    const { reason } = await told(box, "pair", "ask", "waiting", "screen");
    expect(reason).toContain("Run shell command?");
    await type(box, "pair", "y");
    await untilActivity(box, "pair", "idle", "hook");
  });
});
