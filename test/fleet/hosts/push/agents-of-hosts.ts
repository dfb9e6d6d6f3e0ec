import { expect, it } from "vitest";
import { declare } from "../../../support/fleet/fleet.ts";
import type { PushedHosts } from "../../../support/hosts/pushed-hosts.ts";
import { openTerminal } from "../../../support/rig/terminal.ts";
import { until } from "../../../support/rig/until.ts";

/** Adds the tests of commands about one agent of another machine. */
export function reachesAgents({ fleet, json, machines, text }: PushedHosts): void {
  const paneOf = (agent: string): Promise<string> =>
    machines.host("build1").sh(`tmux -L mosaic-factory capture-pane -p -t =${agent}:`);

  it("reads logs, sends texts and attaches by HOST/AGENT", async () => {
    const { desk } = machines;
    const repeats = 'echo ready; while read -r line; do echo "got $line"; done';
    await declare(desk, text({ echo: { command: repeats, hosts: "build1" } }));
    expect((await fleet("apply", "--yes", "--host", "build1")).code).toBe(0);
    const sent = await fleet("send", "build1/echo", "hello/there");
    expect([sent.code, sent.stdout]).toEqual([0, "echo  delivered\n"]);
    await desk.sh("echo from a file >~/task.md");
    const file = await fleet("send", "build1/echo", "-F", `${desk.home}/task.md`);
    expect([file.code, file.stdout]).toEqual([0, "echo  delivered\n"]);
    const none = await fleet("send", "--host", "build1", "echo", "-F", `${desk.home}/none.md`);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("none.md: there is no such file")]);
    // A look by tmux there costs a tenth of one by fleet from here.
    await until("the text has arrived", async () => (await paneOf("echo")).includes("got from a file"));
    const lines = await fleet("logs", "build1/echo", "--pane");
    expect(lines.stdout).toMatch(/^build1 \| got hello\/there$[^]*^build1 \| got from a file$/m);
    const { stdout } = await fleet("logs", "--json", "--host", "build1", "echo");
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ host: "build1", agent: "echo" });

    const terminal = await openTerminal(desk, ["fleet", "attach", "--host", "build*", "echo"]);
    await terminal.waitFor("got hello/there");
    await machines.host("build1").sh("tmux -L mosaic-factory detach-client -s =echo:");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    const live = await openTerminal(desk, ["fleet", "logs", "--follow", "build1/echo"]);
    await live.waitFor("got from a file");
    await live.press("C-c");
    expect(await live.exitCode()).toBe(0);
    // The end that a person wants is no failure of a host.
    expect(await live.screen()).not.toMatch(/Error|No further host/);
    await live.close();
    const piped = await fleet("attach", "build1/echo");
    expect([piped.code, piped.stderr]).toEqual([64, expect.stringContaining("needs a terminal")]);
  });

  it("waits, presses keys, runs programs and tells the past on another machine", async () => {
    const { desk } = machines;
    const waited = await fleet("wait", "build1/echo", "--state", "running");
    expect([waited.code, waited.stdout]).toEqual([0, expect.stringContaining("echo is running")]);
    const late = await fleet("wait", "build1/echo", "--state", "ended", "--timeout", "100ms");
    expect([late.code, late.stderr]).toEqual([
      124,
      expect.stringMatching(/^Error: build1: [^]*fleet status --host build1 shows what they do/m),
    ]);
    expect((await fleet("keys", "build1/echo", "a", "/", "b", "Enter")).code).toBe(0);
    await until("the keys have arrived", async () => (await paneOf("echo")).includes("got a/b"));
    const script = 'echo "$MOSAIC_AGENT_NAME in $PWD"; cat; exit 7';
    const ran = await desk.run(["fleet", "exec", "build1/echo", "sh", "-c", script], { input: "input\n" });
    expect([ran.code, ran.stdout]).toEqual([7, "echo in /run/home\ninput\n"]);
    const none = await desk.run(["fleet", "exec", "build1/nobody", "true"]);
    expect([none.code, none.stderr]).toEqual([64, expect.stringContaining("nobody")]);
    const missing = await desk.run(["fleet", "exec", "build1/echo", "no-such-program"]);
    expect([missing.code, missing.stderr]).toEqual([127, expect.stringContaining("on the PATH of echo")]);
    const history = (await fleet("history", "--host", "build*")).stdout;
    expect(history).toMatch(/^STATE +WHEN +HOST /);
    expect(history).toMatch(/ build1 +\S+ +- +fleet apply +2 agents added$/m);
    const { hosts } = await json("events", "--host", "build1");
    expect(hosts["build1"]?.result).toMatchObject({ fleet: "mosaic", events: expect.any(Array) as unknown });
    const lines = await fleet("events", "-o", "jsonl", "--host", "build1", "-n", "2");
    expect(
      lines.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ host: "build1" }, { host: "build1" }]);
  });
}
