import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";

const program = readFileSync("test/support/fleet/stand-in.mjs", "utf8");

/** Returns about 100 kB with everything that shells, tmux and terminals could change. */
function largeText(): string {
  const line = "a;b $HOME \"x\" 'y' `z` \\n #{pid} ${x}\ttab — ünïcödé 日本 🙂 ";
  return Array.from({ length: 240 }, (_, index) => `${index} ${line.repeat((index % 12) + 1)};`).join("\n");
}

describe("fleet send", () => {
  const box = useSandbox();
  const send = (...args: readonly string[]) => fleet(box, "send", ...args);
  /** Returns the texts that the stand-in of an agent has taken. */
  const taken = async (agent = "coder"): Promise<readonly string[]> => {
    const lines = (await box.sh(`cat ~/work/${agent}.log 2>/dev/null || :`)).split("\n");
    return lines.filter(Boolean).map((line) => JSON.parse(line) as string);
  };
  const pane = (format: string) => tmux(box, "display-message", "-p", "-t", "=coder:", format);
  const shows = (agent: string, text: string) =>
    until(`${agent} shows ${text}`, async () =>
      (await tmux(box, "capture-pane", "-p", "-t", `=${agent}:`)).includes(text),
    );

  beforeAll(async () => {
    await box.write("~/work/bin/claude", program, 0o755);
    const claude = (name: string) => ({ command: `exec ./bin/claude ${name}.log`, workdir: "." });
    await declare(box, {
      agents: {
        reviewer: claude("reviewer"),
        coder: claude("coder"),
        reader: { command: "exec cat" },
        done: { command: "exit 3", restart: { policy: "no" } },
        off: { command: waits, state: "stopped" },
      },
    });
    await fleet(box, "apply", "--yes");
    await shows("coder", "❯");
    await shows("reviewer", "❯");
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("gives 100 kB to a program byte for byte, even if it does not read for a while", async () => {
    const text = largeText();
    expect(Buffer.byteLength(text)).toBeGreaterThan(100_000);
    await box.write("~/work/task.md", `${text}\n`);
    expect((await send("coder", "/deaf")).stdout).toBe("coder  delivered\n");
    const ran = await send("coder", "-F", "task.md");
    expect(ran).toMatchObject({ code: 0, stdout: "coder  delivered\n" });
    expect(await taken()).toEqual(["/deaf", text]);
  });

  it("tells each agent's result in the order of fleet.yaml, and never pastes into a dead pane", async () => {
    const ran = await send("-v", "--all", "--", "hello", "all;");
    expect(ran.code).toBe(4);
    expect(ran.stdout.split("\n").slice(0, 5)).toEqual([
      "reviewer  delivered",
      "coder     delivered",
      "reader    delivered",
      "done      not delivered: its command has ended: fleet start done",
      "off       not delivered: it does not run: fleet start off",
    ]);
    expect((await taken("reviewer")).at(-1)).toBe("hello all;");
    // For each agent: a look, the text, the Enter, and one or two looks for it.
    const calls = ran.stderr.split("\n").filter((line) => line.startsWith("$ tmux"));
    expect(calls.length).toBeLessThanOrEqual(1 + 3 * 6);
    expect(await tmux(box, "list-buffers")).toBe("");
    const lines = await send("reader", "done", "-o", "jsonl", "--", "as a line");
    expect(
      lines.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { agent: "done", verdict: "not-delivered" },
      { agent: "reader", verdict: "delivered" },
    ]);
    const json = await send("reader", "done", "--json", "--", "again");
    expect(JSON.parse(json.stdout)).toMatchObject({
      text: { bytes: 5, lines: 1 },
      agents: [
        { agent: "reader", verdict: "delivered", reason: null },
        { agent: "done", verdict: "not-delivered", reason: "ended" },
      ],
    });
  });

  it("does nothing for an unknown agent, a control character, and a line that is too long for cat", async () => {
    const before = (await taken()).length;
    const [unknown, escape, ambiguous, long] = await Promise.all([
      send("coder", "coderr", "--", "x"),
      send("coder", "a\u001b[201~b"),
      send("coder", "reviewer", "x"),
      box.run(["sh", "-c", "printf '%5000s' x | fleet send reader"]),
    ]);
    expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining('did you mean "coder"?') });
    expect(escape).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("control character at byte 1"),
    });
    expect(ambiguous).toMatchObject({ code: 64, stderr: expect.stringContaining("coder reviewer -- 'x'") });
    expect(long).toMatchObject({ code: 4, stdout: expect.stringContaining("4,095 bytes") });
    expect(await taken()).toHaveLength(before);
  });

  it("leaves the place of a reader in copy mode, and neighbours with synchronized keys alone", async () => {
    await tmux(box, "split-window", "-d", "-t", "=coder:", "-c", `${box.home}/work`, "exec cat >neighbour");
    await tmux(box, "set-option", "-w", "-t", "=coder:", "synchronize-panes", "on");
    await tmux(box, "copy-mode", "-u", "-t", "=coder:^.{top-left}");
    const place = await pane("#{pane_mode} #{scroll_position} #{copy_cursor_y}");
    expect((await send("coder", "while", "you", "read")).stdout).toBe("coder  delivered\n");
    expect((await taken()).at(-1)).toBe("while you read");
    expect(await pane("#{pane_mode} #{scroll_position} #{copy_cursor_y}")).toBe(place);
    expect(await box.sh("cat ~/work/neighbour")).toBe("");
    await tmux(box, "copy-mode", "-q", "-t", "=coder:^.{top-left}");
    await tmux(box, "set-option", "-w", "-t", "=coder:", "synchronize-panes", "off");
    await tmux(box, "kill-pane", "-t", "=coder:^.{bottom}");
  });

  it("keeps the texts of runs at the same time apart", async () => {
    const before = (await taken()).length;
    const texts = ["first text", "second\ntext", "third text", "fourth text"];
    const ran = await Promise.all(texts.map((text) => send("coder", text)));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect((await taken()).slice(before).sort()).toEqual([...texts].sort());
  });

  it("does not take the text of another run for a draft, while the agent is slow to take it", async () => {
    await send("coder", "/slow");
    const ran = await Promise.all(["late text", "later text"].map((text) => send("coder", text)));
    expect(ran.map(({ stdout }) => stdout)).toEqual(["coder  delivered\n", "coder  delivered\n"]);
    expect((await taken()).slice(-2).sort()).toEqual(["late text", "later text"]);
  });

  it("does not answer a question without a yes: it is refused, asks on a terminal, and goes in with --force", async () => {
    await send("coder", "/ask");
    await shows("coder", "1. Yes");
    const refused = await send("coder", "reviewer", "--", "good morning");
    expect(refused.code).toBe(6);
    expect(refused.stdout).toContain('not delivered: it asks a question: "Do you want to proceed?"');
    expect(refused.stdout).toContain("reviewer  delivered");
    const terminal = await openTerminal(box, ["fleet", "send", "coder", "good morning"]);
    await terminal.waitFor("coder asks a question, and the text may answer it");
    await terminal.type("n");
    await terminal.press("Enter");
    expect(await terminal.exitCode()).toBe(6);
    await terminal.close();
    expect(await taken()).not.toContain("approved");
    await send("--force", "coder", "good morning");
    await until("the question is answered", async () => (await taken()).includes("approved"));
    await tmux(box, "send-keys", "-t", "=coder:", "Escape");
  });

  it("does not add to a draft and enter both, and takes --no-enter", async () => {
    await tmux(box, "send-keys", "-l", "-t", "=coder:", "half a");
    await shows("coder", "half a");
    const refused = await send("coder", "sentence");
    expect(refused).toMatchObject({ code: 6, stdout: expect.stringContaining('draft: "❯␣half a"') });
    expect((await send("coder", "--no-enter", "sentence")).stdout).toBe("coder  delivered\n");
    await shows("coder", "half asentence");
    const terminal = await openTerminal(box, ["fleet", "send", "coder", "; done"]);
    await terminal.waitFor("coder has a draft in its input line");
    await terminal.type("y");
    await terminal.press("Enter");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect((await taken()).at(-1)).toBe("half asentence; done");
  });

  it("tells a text whose Enter was lost, and a pane whose input is off", async () => {
    await send("coder", "/swallow");
    const ran = await send("coder", "lost");
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining("has not taken the Enter") });
    await tmux(box, "send-keys", "-t", "=coder:", "Escape");
    await tmux(box, "select-pane", "-d", "-t", "=coder:");
    expect((await send("coder", "x")).stdout).toContain("turned the input of its pane off");
    await tmux(box, "select-pane", "-e", "-t", "=coder:");
  });
});
