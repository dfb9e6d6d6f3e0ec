import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, tmux } from "../../support/fleet/fleet.ts";

const program = readFileSync("test/support/fleet/stand-in.mjs", "utf8");

const agents = {
  mayor: { command: "exec bash --norc", workdir: "~" },
  coder: { command: "exec ./bin/claude coder.log", workdir: "." },
  reader: { command: "exec cat" },
};

describe("fleet keys, and agents among each other", () => {
  const box = useSandbox();
  const screen = (agent: string) => tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);
  const shows = (agent: string, text: string) =>
    until(`${agent} shows ${text}`, async () => (await screen(agent)).includes(text) && screen(agent));
  const taken = async () =>
    (await box.sh("cat ~/work/coder.log 2>/dev/null || :"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string);
  let runs = 0;
  /** Runs a command line of fleet in the pane of the mayor, and returns its output and its exit code. */
  const inMayor = async (line: string) => {
    runs += 1;
    const file = `${box.home}/ran-${runs}`;
    await tmux(
      box,
      "send-keys",
      "-l",
      "-t",
      "=mayor:",
      `/run/fleet/bin/fleet ${line} >${file} 2>&1; echo exit $? >>${file}`,
    );
    await tmux(box, "send-keys", "-t", "=mayor:", "Enter");
    return until(`${line} has ended`, async () => {
      const text = await box.read(file);
      return text.includes("\nexit ") && text;
    });
  };

  beforeAll(async () => {
    await box.write("~/work/bin/claude", program, 0o755);
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
    await shows("coder", "❯");
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("presses keys one after the other, and nothing if one of them has no name", async () => {
    const wrong = await fleet(box, "keys", "reader", "x", "Ctrl-D");
    expect(wrong).toMatchObject({ code: 64, stderr: expect.stringContaining("did you mean C-d?") });
    const ran = await fleet(box, "keys", "reader", "a", ";", "'", '"', "#", "Enter");
    expect(ran).toMatchObject({ code: 0, stdout: "reader  pressed a ; ' \" # Enter\n" });
    expect(await shows("reader", "a;'\"#\na;'\"#")).not.toContain("x");
    const json = await fleet(box, "keys", "--json", "reader", "coder", "--", "Escape");
    expect(JSON.parse(json.stdout)).toMatchObject({
      keys: ["Escape"],
      agents: [
        { agent: "coder", verdict: "pressed", pressed: 1, reason: null },
        { agent: "reader", verdict: "pressed" },
      ],
    });
  });

  it("presses nothing while somebody reads in copy mode, until that is ended on purpose", async () => {
    await tmux(box, "copy-mode", "-t", "=reader:");
    const refused = await fleet(box, "keys", "reader", "q");
    expect(refused).toMatchObject({ code: 6, stdout: expect.stringContaining("(copy-mode)") });
    expect(await tmux(box, "display-message", "-p", "-t", "=reader:", "#{pane_mode}")).toBe("copy-mode\n");
    expect((await fleet(box, "keys", "--force", "reader", "C-u", "z", "Enter")).code).toBe(0);
    await shows("reader", "z\nz");
  });

  it("lets an agent send from its own folder, and names it", async () => {
    expect(await inMayor("send coder 'tests are red'")).toBe("coder  delivered\nexit 0\n");
    expect((await taken()).at(-1)).toBe("[from mayor] tests are red");
    const all = await inMayor("send --all -- stop");
    expect(all).toContain("coder   delivered\nreader  delivered\n");
    expect(all).not.toContain("mayor");
  });

  it("lets no agent answer a question of another one", async () => {
    await fleet(box, "send", "coder", "/ask");
    await shows("coder", "1. Yes");
    expect(await inMayor("send coder y")).toContain("Only a person may answer it; try later");
    expect(await inMayor("send --force coder y")).toContain("an agent may not use --force");
    expect(await inMayor("keys coder Enter")).toContain("Only a person may answer it\nexit 6\n");
    expect(await taken()).not.toContain("approved");
    expect((await fleet(box, "keys", "coder", "Enter")).code).toBe(0);
    await until("the person has answered", async () => (await taken()).includes("approved"));
  });

  it("lets no agent write into the draft of a person", async () => {
    await tmux(box, "send-keys", "-l", "-t", "=coder:", "half a");
    await shows("coder", "half a");
    expect(await inMayor("send --no-enter coder sentence")).toContain(
      "a person is writing in its input line",
    );
    expect(await screen("coder")).not.toContain("sentence");
    await tmux(box, "send-keys", "-t", "=coder:", "Escape");
  });

  it("lets no agent send if fleet.yaml forbids it", async () => {
    await box.write(
      "~/work/fleet.yaml",
      `version: 1\nsendFromAgents: false\nagents: ${JSON.stringify(agents)}\n`,
    );
    const said = await inMayor("send coder hello");
    expect(said).toContain("the agents of this fleet may not send to each other");
    expect(said).toContain("exit 6");
    expect(await inMayor("keys coder Up")).toContain("exit 6");
    expect((await fleet(box, "send", "coder", "a person may")).code).toBe(0);
  });
});
