import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";

const shell = "echo I am the coder; exec cat";

describe("fleet attach", () => {
  const box = useSandbox();
  const sessionsOfClients = async (): Promise<readonly string[]> =>
    (await tmux(box, "list-clients", "-F", "#{client_session}")).split("\n").filter(Boolean);

  /**
   * Returns a command that attaches, with its remarks in ~/remarks. On the screen they are lost if the terminal is slow: a
   * tmux that leaves tries only five times to write the end of the alternate screen (tty_raw() of tmux 3.3a).
   */
  const attaching = (...args: readonly string[]): readonly string[] => [
    "sh",
    "-c",
    'exec fleet attach "$@" 2>~/remarks',
    "sh",
    ...args,
  ];

  beforeAll(async () => {
    await declare(box, {
      agents: {
        coder: { command: shell },
        reviewer: { command: "echo I am the reviewer; exec cat" },
        done: { command: "seq 60; echo my last words; sleep 1; exit 3", restart: { policy: "no" } },
        prompt: { command: "exec sh" },
        off: { command: waits, state: "stopped" },
      },
    });
    await fleet(box, "apply", "--yes");
    await until("the third agent has ended", async () =>
      (await fleet(box, "status", "done", "--json")).stdout.includes('"failed"'),
    );
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("brings a terminal to the agent, takes keys there, and ends with 0 after a detach", async () => {
    const terminal = await openTerminal(box, ["fleet", "attach", "coder"]);
    await terminal.waitFor("I am the coder");
    await terminal.type("hello agent");
    await terminal.press("Enter");
    await terminal.waitFor(/hello agent\s+hello agent/);
    await tmux(box, "detach-client", "-s", "=coder");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
  });

  it("lets no key through with --read-only, and says so", async () => {
    const terminal = await openTerminal(box, attaching("-r", "reviewer"));
    await terminal.waitFor("I am the reviewer");
    await terminal.type("swallowed");
    await terminal.press("Enter");
    expect((await tmux(box, "list-clients", "-F", "#{client_readonly}")).trim()).toBe("1");
    await tmux(box, "detach-client", "-s", "=reviewer");
    expect(await terminal.exitCode()).toBe(0);
    expect(await box.read("~/remarks")).toContain("Your keys do not reach reviewer");
    expect(await tmux(box, "capture-pane", "-p", "-t", "=reviewer:")).not.toContain("swallowed");
    await terminal.close();
  });

  it("offers agents with a session, the failed one first, and takes a number or a name", async () => {
    const terminal = await openTerminal(box, ["fleet", "attach"]);
    const screen = await terminal.waitFor("Attach to (number or name):");
    expect(screen).toMatch(/1 {2}done .*\n.*2 {2}coder .*\n.*3 {2}prompt .*\n.*4 {2}reviewer /);
    expect(screen).not.toContain("off");
    await terminal.type("7");
    await terminal.press("Enter");
    await terminal.waitFor('There is no agent "7" in this list.');
    await terminal.type("4");
    await terminal.press("Enter");
    await terminal.waitFor("I am the reviewer");
    await tmux(box, "detach-client", "-s", "=reviewer");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();

    const again = await openTerminal(box, ["fleet", "attach", "c*", "reviewer"]);
    await again.waitFor("Attach to (number or name):");
    await again.press("C-c");
    expect(await again.exitCode()).toBe(130);
    await again.close();
  });

  it("shows the last screen of an ended agent, and how to start it", async () => {
    const terminal = await openTerminal(box, attaching("done"));
    await terminal.waitFor("my last words");
    expect(await box.read("~/remarks")).toContain("fleet start done");
    await tmux(box, "detach-client", "-s", "=done");
    await terminal.close();
  });

  it("names an agent that has no session, and a terminal that is missing", async () => {
    const terminal = await openTerminal(box, ["fleet", "attach", "off"]);
    await terminal.waitFor("off has no session");
    expect(await terminal.exitCode()).toBe(1);
    await terminal.close();
    const piped = await fleet(box, "attach", "coder");
    expect(piped.code).toBe(64);
    expect(piped.stderr).toContain("fleet attach needs a terminal");
  });

  it("says what to do about a terminal that tmux does not know", async () => {
    const script =
      'for TERM in dumb xterm-of-the-future; do export TERM; fleet attach coder; echo "code $?"; done; cat';
    const terminal = await openTerminal(box, ["sh", "-c", script]);
    await terminal.waitFor(
      /TERM is "dumb", which is.*export TERM=xterm-256color.*code 64.*TERM is "xterm-of-the-future".*code 64/s,
    );
    await terminal.close();
  });

  it("switches the client of a person who is in the same tmux server", async () => {
    await tmux(box, "new-session", "-d", "-s", "person", "-c", `${box.home}/work`, "sh");
    const terminal = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=person"]);
    const other = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=reviewer"]);
    await until("both are attached", async () => (await sessionsOfClients()).length === 2);
    await terminal.type("fleet attach coder");
    await terminal.press("Enter");
    await until("the person's client has moved", async () => (await sessionsOfClients()).includes("coder"));
    expect([...(await sessionsOfClients())].sort()).toEqual(["coder", "reviewer"]);
    await tmux(box, "kill-session", "-t", "=person");
    await Promise.all([terminal.close(), other.close()]);
    await until("both have left", async () => (await sessionsOfClients()).length === 0);
  });

  it("attaches inside another tmux server, and tells how to leave", async () => {
    const terminal = await openTerminal(box, [
      "tmux",
      "-L",
      "elsewhere",
      "-f",
      "/dev/null",
      "new-session",
      "sh",
    ]);
    await terminal.type(`cd ${box.home}/work && fleet attach coder 2>~/remarks`);
    await terminal.press("Enter");
    await until("it is attached", async () => (await sessionsOfClients()).includes("coder"));
    // Keys that come together are a paste for tmux (assume-paste-time): the prefix goes to one server after the other.
    for (const server of ["elsewhere", "mosaic-factory"]) {
      const format = ["list-clients", "-F", "#{client_prefix}"];
      await terminal.press("C-b");
      await until(`${server} has its prefix`, async () =>
        (await box.run(["tmux", "-N", "-L", server, ...format])).stdout.includes("1"),
      );
    }
    await terminal.press("d");
    await until("it has left", async () => (await sessionsOfClients()).length === 0);
    expect(await box.read("~/remarks")).toContain("press its prefix key twice, then d");
    await box.run(["tmux", "-L", "elsewhere", "kill-server"]);
    await terminal.close();
  });

  it("is refused in an agent's own pane", async () => {
    await tmux(
      box,
      "send-keys",
      "-t",
      "=prompt:",
      `cd ${box.home}/work; /run/fleet/bin/fleet attach reviewer`,
      "Enter",
    );
    const screen = await until("it is refused", async () => {
      const text = await tmux(box, "capture-pane", "-p", "-t", "=prompt:");
      return text.includes("terminal of") && text;
    });
    expect(screen).toContain("this is the terminal of the agent prompt");
  });
});
