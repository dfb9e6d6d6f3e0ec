import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";

const echoing = (words: string): string => `echo ${words}; exec cat`;

describe("A window next to an agent", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        coder: {
          command: echoing("I am the coder"),
          replicas: 2,
          windows: {
            main: { panes: [echoing("next to it")] },
            logs: echoing("the log of {name}"),
            tests: { panes: [echoing("one"), echoing("two")] },
          },
        },
        plain: { command: waits },
      },
    });
    await fleet(box, "apply", "--yes");
    await until("all panes have printed", async () =>
      (await fleet(box, "logs", "coder:tests.2")).stdout.includes("coder-2:tests.2 | two"),
    );
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("is where fleet attach AGENT:WINDOW brings a terminal, and a pane with AGENT:WINDOW.N", async () => {
    for (const [name, words] of [
      ["coder-1:logs", "the log of coder-1"],
      ["coder-1:tests.2", "two"],
      ["coder-1:main.1", "next to it"],
    ] as const) {
      const terminal = await openTerminal(box, ["fleet", "attach", name]);
      await terminal.waitFor(words);
      await terminal.type("typed there");
      await terminal.press("Enter");
      // The terminal's echo, and that of cat.
      await until(`${name} has got the keys`, async () =>
        /typed there\s+typed there/.test((await fleet(box, "logs", name)).stdout),
      );
      await tmux(box, "detach-client", "-s", "=coder-1");
      expect(await terminal.exitCode()).toBe(0);
      await terminal.close();
      await until("tmux has let the client go", async () => (await tmux(box, "list-clients")) === "");
    }
    expect((await fleet(box, "logs", "--pane", "coder-1")).stdout).not.toContain("typed there");
  });

  it("is no place to go while somebody else is attached, whose screen would move", async () => {
    const first = await openTerminal(box, ["fleet", "attach", "coder-1"]);
    await first.waitFor("I am the coder");
    const second = await openTerminal(box, ["fleet", "attach", "coder-1:logs"]);
    await second.waitFor("somebody else is attached to coder-1");
    expect(await second.exitCode()).toBe(6);
    await second.close();
    await tmux(box, "detach-client", "-s", "=coder-1");
    expect(await first.exitCode()).toBe(0);
    await first.close();
  });

  it("has its text in fleet logs, of several agents, as JSON, and after the next start too", async () => {
    expect((await fleet(box, "logs", "coder:logs", "-n", "1")).stdout).toMatch(
      /^coder-1:logs \| .*\ncoder-2:logs \| the log of coder-2\n$/,
    );
    const { stdout } = await fleet(box, "logs", "coder-2:logs", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      agent: "coder-2",
      window: "logs",
      source: "pane",
      text: "the log of coder-2",
    });
    const follower = await openTerminal(box, ["fleet", "logs", "-f", "coder-2:logs"]);
    await follower.waitFor("the log of coder-2");
    await tmux(box, "send-keys", "-t", "=coder-2:logs", "fresh", "Enter");
    await follower.waitFor("fresh");
    await fleet(box, "restart", "--yes", "coder-2");
    await until("the new run has printed", async () =>
      /the log of coder-2[^]*the log of coder-2/.test(await follower.screen()),
    );
    await follower.press("C-c");
    expect(await follower.exitCode()).toBe(0);
    await follower.close();
  });

  it("is an error that names the windows, if it is not declared or not open", async () => {
    const unknown = await fleet(box, "logs", "coder-1:test");
    expect(unknown.code).toBe(64);
    expect(unknown.stderr).toContain('coder-1 has no window "test"');
    expect(unknown.stderr).toContain("Its windows: main.1, logs, tests.1, tests.2.");
    expect((await fleet(box, "logs", "plain:logs")).stderr).toContain("It declares no windows.");
    expect((await fleet(box, "logs", "coder-1:logs", "coder-2:tests")).code).toBe(64);
    expect((await fleet(box, "logs", "coder-1:logs", "--unit")).stderr).toContain(
      "--unit does not go with a window",
    );
    await tmux(box, "kill-window", "-t", "=coder-1:logs");
    const closed = await fleet(box, "logs", "coder-1:logs");
    expect(closed.code).toBe(1);
    expect(closed.stderr).toContain("the window logs of coder-1 is not open");
  });
});
