import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import type { Ran, Sandbox } from "../../support/rig/sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";
import { until } from "../../support/rig/until.ts";
import { logIn, openPageSocket, send, serveUi, type Response } from "../../support/ui/serve-ui.ts";
import { withPatch } from "../../../src/ui/patches.ts";
import type { ToPage, UiState } from "../../../src/ui/protocol.ts";

interface HostsRun {
  readonly hosts: Record<
    string,
    { state: string; code: number | null; result: unknown; diagnostics: readonly { summary: string }[] }
  >;
  readonly summary: object;
}

describe.skipIf(!hasSshd)("a push over ssh", () => {
  const machines = useSshHosts(["build1", "build2"]);
  const run = { command: "exec sleep 1000" };
  const both = ["build1", "build2"];
  const text = (more: object = {}, hosts: object = {}): string =>
    stringify({
      version: 1,
      hosts: { build1: { labels: { gpu: "yes" } }, build2: {}, gone: { ssh: "nobody@127.0.0.1" }, ...hosts },
      defaults: { onChange: "restart" },
      agents: { coder: { ...run, hosts: both, replicas: 2 }, far: { ...run, hosts: "gone" }, ...more },
    });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 80_000 });
  const json = async (...args: readonly string[]): Promise<HostsRun> => {
    const ran = await fleet(...args, "--json");
    return JSON.parse(ran.stdout || `{"failed":${JSON.stringify(ran.stderr)}}`) as HostsRun;
  };
  const pids = (box: Sandbox): Promise<string> =>
    box.sh("systemctl --user show -p Id,MainPID 'mosaic-agent@*' | paste -d' ' - - - | sort");
  const tools = (box: Sandbox): Promise<string> =>
    box.sh("cd ~/.cache/mosaic-fleet/tool && stat -c '%n %Y' *");

  beforeEach(async () => {
    await declare(machines.desk, text());
  });

  it("shows equal plans once, and tells the host that is unreachable", async () => {
    const { code, stdout, stderr } = await fleet("plan", "--host", "all");
    expect(stdout).toMatch(/^build1, build2:\n/);
    expect(stdout.match(/Plan: 2 to add/g)).toHaveLength(1);
    expect(stdout).toContain("3 hosts: 2 answered, 1 unreachable.");
    expect(stderr).toMatch(/Error: gone: unreachable\n.*ssh nobody@127\.0\.0\.1 true/s);
    expect(code).toBe(7);
    const { hosts, summary } = await json("plan", "--host", "all,!build2");
    expect(hosts).toMatchObject({
      build1: { state: "done", code: 0, result: { summary: { add: 2 } }, diagnostics: [] },
      gone: { state: "unreachable", code: null, result: null },
    });
    expect(summary).toEqual({ hosts: 2, done: 1, incomplete: 1 });
  });

  it("refuses a selection without hosts, before any connection", async () => {
    for (const [list, word] of [
      ["bild1", "bild1"],
      ["gpu=no", "gpu=no"],
    ] as const) {
      const { code, stderr } = await fleet("plan", "--host", list);
      expect([code, stderr]).toEqual([64, expect.stringContaining(word)]);
    }
    expect((await fleet("plan", "--host", "build1", "--against", "empty")).code).toBe(64);
    await declare(machines.desk, text({ near: { ...run, hosts: "build2", workdir: "./src" } }));
    const relative = await fleet("plan", "--host", "all");
    expect([relative.code, relative.stderr]).toEqual([65, expect.stringContaining('"./src"')]);
  });

  it("applies to all of them, then to one agent on one machine, and then to nothing", async () => {
    await declare(machines.desk, text({ "coder-x": { ...run, hosts: "build2", env: { A: "1" } } }));
    const first = await fleet("apply", "--yes", "--host", "build*");
    expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(/^build1 \| Started 2 agents/m)]);
    const hosts = both.map((name) => machines.host(name));
    const [pids1 = "", pids2 = ""] = await Promise.all(hosts.map(pids));
    expect(pids1.match(/MainPID=[1-9]/g)).toHaveLength(2);
    const shipped = await Promise.all(hosts.map(tools));

    const again = await fleet("apply", "--yes", "--host", "build*");
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^build1, build2:\nNo changes\./)]);
    await declare(machines.desk, text({ "coder-x": { ...run, hosts: "build2", env: { A: "2" } } }));
    const edited = await json("apply", "--yes", "--host", "build*");
    expect(edited.hosts).toMatchObject({
      build1: { code: 0, result: { plan: { summary: { restart: 0 } } } },
      build2: { code: 0, result: { plan: { summary: { restart: 1 } } } },
    });
    expect(await pids(machines.host("build1"))).toBe(pids1);
    const first2 = (all: string): string | undefined => /^.*Id=mosaic-agent@coder-1\..*$/m.exec(all)?.[0];
    expect(first2(pids2)).toBeDefined();
    expect(first2(await pids(machines.host("build2")))).toBe(first2(pids2));
    // The program crossed the network once.
    const names = (all: string): string => all.replaceAll(/ \d+$/gm, "");
    expect((await Promise.all(hosts.map(tools))).map(names)).toEqual(shipped.map(names));
  });

  it("shows status, why and a snapshot of other machines", async () => {
    const status = await json("status", "--host", "build*");
    expect(status.hosts["build2"]?.result).toMatchObject({
      agents: [{ name: "coder-1", state: "running" }, { name: "coder-2" }, { name: "coder-x" }],
    });
    const why = await fleet("why", "coder-1", "--host", "build2");
    expect([why.code, why.stdout]).toEqual([0, expect.stringMatching(/fleet\.yaml:\d+/)]);
    const snapshot = await fleet("snapshot", "--host", "build1");
    expect(JSON.parse(snapshot.stdout)).toMatchObject({ fleet: "mosaic" });
  });

  it("asks for agents on all machines, and tells which have none of them", async () => {
    await declare(machines.desk, text({ "coder-x": { ...run, hosts: "build2", env: { A: "2" } } }));
    const why = await fleet("why", "coder-x", "--host", "build*");
    expect([why.code, why.stdout, why.stderr]).toEqual([
      0,
      expect.stringMatching(/^build2:\ncoder-x\n/),
      "No agent is selected on build1.\n",
    ]);
    const states = await json("status", "coder-1", "coder-x", "--host", "build*");
    expect(states.hosts).toMatchObject({
      build1: { code: 0, result: { agents: [{ name: "coder-1" }] } },
      build2: { code: 0, result: { agents: [{ name: "coder-1" }, { name: "coder-x" }] } },
    });
    const wrong = await fleet("send", "--host", "build*", "coder-1", "coder-y", "--", "go on");
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
      64,
      "",
      expect.stringMatching(/^Error: build1, build2: there is no agent "coder-y"\n.*"coder-1"\?\n$/s),
    ]);
    const ran = await fleet("exec", "--host", "build*", "coder-x", "echo", "here");
    expect([ran.code, ran.stdout]).toEqual([0, "here\n"]);
    const several = await fleet("exec", "--host", "build*", "coder-1", "echo", "here");
    expect([several.code, several.stderr]).toEqual([
      64,
      expect.stringContaining("fleet exec build1/coder-1"),
    ]);
  });

  it("shows their agents on one page, and tells the host that is unreachable", async () => {
    const ui = await serveUi(machines.desk, "--control", "--host", "build1,build2,gone");
    const session = await logIn(ui);
    const page = await openPageSocket(ui.origin, session);
    page.tell({ t: "look", visible: true, rows: [], wall: [] });
    const state = await until("all hosts have answered or failed", async () => {
      const now = stateIn(page.messages);
      return now?.fleet.hosts.every((host) => host.state !== "asking") && now.agents.length > 0 && now;
    });
    expect(state.fleet.hosts).toMatchObject([
      { name: "build1", state: "reached", problem: null },
      { name: "build2", state: "reached", problem: null },
      { name: "gone", state: "unreachable", seenAt: null, problem: { summary: "gone: unreachable" } },
    ]);
    // The host that answers first comes first: the page sorts its rows.
    const byName = state.agents.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(byName.map(({ host, name, state: each }) => [host, name, each])).toEqual([
      ["build1", "build1/coder-1", "running"],
      ["build1", "build1/coder-2", "running"],
      ["build2", "build2/coder-1", "running"],
      ["build2", "build2/coder-2", "running"],
      ["build2", "build2/coder-x", "running"],
    ]);
    const ask = async (path: string): Promise<Response> =>
      send(ui.origin, `/api/agents/${path}`, {
        headers: { Authorization: `Bearer ${session.key}`, Cookie: session.cookie },
      });
    const why = await ask("build2/coder-1/why");
    expect([why.status, JSON.parse(why.body)]).toMatchObject([200, { agents: [{ name: "coder-1" }] }]);
    const gone = await ask("gone/far/events");
    expect([gone.status, gone.body]).toEqual([422, expect.stringContaining("gone: unreachable")]);
    expect((await ask("elsewhere/coder-1/why")).status).toBe(422);
    // No change reaches another machine: its message fits no schema.
    page.tell({
      t: "plan",
      id: 1,
      change: { verb: "stop", agents: ["build1/coder-1"], now: false, allow: [] },
    });
    page.tell({ t: "plan", id: 2, change: { verb: "stop", agents: ["coder-1"], now: false, allow: [] } });
    await page.hears("planned", ({ id }) => id === 2);
    expect(page.messages.filter(({ t }) => t === "planned")).toHaveLength(1);
    const build1 = machines.host("build1");
    await build1.sh("systemctl --user stop mosaic-agent@coder-2.service");
    page.tell({
      t: "send",
      id: 3,
      agents: ["build1/coder-1", "build1/coder-2", "gone/far", "elsewhere/coder-1"],
      text: "from the page",
    });
    await page.hears("sent", ({ id, isDone }) => id === 3 && isDone);
    const sent = page.messages.flatMap((each) => (each.t === "sent" ? each.sent.deliveries : []));
    expect(sent.toSorted((a, b) => a.agent.localeCompare(b.agent))).toMatchObject([
      { agent: "build1/coder-1", verdict: "delivered" },
      { agent: "build1/coder-2", message: "it does not run: fleet start coder-2 --host build1" },
      { agent: "elsewhere/coder-1", verdict: "not-delivered", message: "host elsewhere is not on this page" },
      { agent: "gone/far", verdict: "not-delivered", message: "gone: unreachable" },
    ]);
    page.close();
    expect((await ui.end()).code).toBe(0);
    await build1.sh("systemctl --user start mosaic-agent@coder-2.service");
  });

  it("changes nothing on a host whose plan has changed during the question", async () => {
    const terminal = await openTerminal(machines.desk, ["fleet", "apply", "--host", "build*"]);
    await terminal.waitFor("Apply these changes on build2?");
    await machines.host("build2").sh("systemctl --user stop mosaic-agent@coder-1.service");
    await terminal.type("yes");
    await terminal.press("Enter");
    await terminal.waitFor("the plan has changed since it was shown");
    expect(await terminal.exitCode()).toBe(3);
    await terminal.close();
    const state = await machines.host("build2").sh("systemctl --user is-active mosaic-agent@coder-x.service");
    expect(state).toBe("active\n");
    expect((await fleet("apply", "--yes", "--host", "build2")).code).toBe(0);
  });

  it("asks nobody without a terminal, and wants an agreement", async () => {
    await declare(machines.desk, text({ more: { ...run, hosts: "build1" } }));
    const { code, stderr } = await fleet("apply", "--host", "build1");
    expect([code, stderr]).toEqual([64, expect.stringContaining("confirmation needed")]);
    expect((await machines.host("build1").sh("ls ~/.config/mosaic/fleet/agents")).trim()).not.toContain(
      "more",
    );
  });

  it("applies the saved plans of hosts, each exactly or not at all", async () => {
    const edited = { ...run, hosts: both, replicas: 2, env: { SAVED: "1" } };
    await declare(machines.desk, text({ coder: edited }));
    const [build1, build2] = both.map((name) => machines.host(name)) as [Sandbox, Sandbox];
    const before = await Promise.all([pids(build1), pids(build2)]);
    const planned = await fleet("plan", "--host", "all", "--out", "plan.json");
    expect([planned.code, planned.stderr]).toEqual([
      7,
      expect.stringMatching(/To do exactly this: fleet apply plan\.json\nWithout a plan, .*: gone\.\n$/),
    ]);
    expect(await machines.desk.sh("stat -c %a ~/work/plan.json")).toBe("600\n");
    for (const words of [["coder-1"], ["--now"], ["--host", "gpu=no"]])
      expect((await fleet("apply", "plan.json", ...words)).code).toBe(64);
    // fleet was renewed since, so its words for units may be others.
    await machines.desk.sh(`sed 's/"version": "[0-9.]*"/"version": "0.0.1"/' plan.json >old.json`);
    const renewed = await fleet("apply", "old.json");
    expect([renewed.code, renewed.stderr]).toEqual([
      3,
      expect.stringMatching(/old\.json was made by mosaic-fleet 0\.0\.1, and this is .*fleet plan --host/s),
    ]);
    expect(await Promise.all([pids(build1), pids(build2)])).toEqual(before);

    const skipping = ["--skip-unreachable", "--out", "two.json"];
    expect((await fleet("plan", "--host", "all", ...skipping)).code).toBe(0);
    expect(await machines.desk.sh("grep -c gone two.json || :")).toBe("0\n");
    await build2.sh("systemctl --user stop mosaic-agent@coder-2.service");
    const spoilt = await pids(build2);
    const { hosts } = await json("apply", "plan.json");
    expect(hosts).toMatchObject({
      build1: { state: "done", code: 0, result: { plan: { summary: { restart: 2 } } } },
      build2: {
        state: "done",
        code: 3,
        diagnostics: [{ summary: expect.stringContaining("is stale") as string }],
      },
      gone: { state: "not-begun", code: null },
    });
    expect(JSON.stringify(hosts["build2"])).toContain(
      "restart:mosaic-agent@coder-2.service: no longer needed",
    );
    expect(await pids(build2)).toBe(spoilt);
    expect(await pids(build1)).not.toBe(before[0]);
    const again = await fleet("apply", "plan.json", "--host", "build*");
    expect([again.code, again.stderr]).toEqual([
      3,
      expect.stringContaining("build1: plan.json has nothing left to do"),
    ]);
    expect((await fleet("apply", "--yes", "--host", "build2")).code).toBe(0);
  });

  it("finds the end of a change after the loss of its connection, and does it once", async () => {
    await declare(
      machines.desk,
      text({ slow: { ...run, hosts: "build1", ready: { exec: "test -e /tmp/go", timeout: "60s" } } }),
    );
    const terminal = await openTerminal(machines.desk, ["fleet", "apply", "--yes", "--host", "build1"]);
    const begun = "systemctl --user show -p ActiveState mosaic-agent@slow.service";
    await until("the change has begun", async () =>
      (await machines.host("build1").sh(begun)).includes("activating"),
    );
    await machines.desk.sh("pkill -KILL -x ssh");
    await machines.host("build1").sh("touch /tmp/go");
    expect(await terminal.exitCode()).toBe(0);
    const screen = await terminal.screen();
    expect(screen).toContain("1 added");
    // The plan is shown once, though its answer arrived twice.
    expect(screen.match(/agent slow will be added/g)).toHaveLength(1);
    await terminal.close();
    const runs = await machines.host("build1").sh("find ~ -name history.jsonl | xargs grep -c slow || :");
    expect(runs.trim()).toMatch(/1$/);
  });

  it("begins no further host at Ctrl-C, and leaves a change that has begun to its end", async () => {
    const [desk, build1] = [machines.desk, machines.host("build1")];
    const gated = { ...run, hosts: "build1", ready: { exec: "test -e /tmp/open", timeout: "90s" } };
    await declare(desk, text({ gated, second: { ...run, hosts: "build2" } }));
    const words = ["fleet", "apply", "--yes", "--max-parallel", "1", "--host", "build*"];
    const terminal = await openTerminal(desk, words);
    const state = "systemctl --user show -p ActiveState mosaic-agent@gated.service";
    await until("the change has begun", async () => (await build1.sh(state)).includes("activating"));
    await terminal.press("C-c");
    await terminal.waitFor("No further host is begun.");
    // A signal that follows at once is an echo of the first one.
    const shownAt = performance.now();
    await until("a further signal counts", () => Promise.resolve(performance.now() - shownAt > 250));
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(130);
    expect(await terminal.screen()).toContain("2 hosts: 0 answered, 1 unknown, 1 not begun.");
    await terminal.close();
    await until(
      "the connections are gone",
      async () => (await desk.sh("pgrep -cf '[f]leet-boot' || :")) === "0\n",
    );
    expect(await build1.sh("pgrep -cf '[_]_remote'")).toBe("1\n");
    expect(await machines.host("build2").sh("ls ~/.config/mosaic/fleet/agents 2>&1 || :")).not.toContain(
      "second",
    );
    await build1.sh("touch /tmp/open");
    await until(
      "the change has ended",
      async () => (await build1.sh("pgrep -cf '[_]_remote' || :")) === "0\n",
    );
    const { hosts } = await json("apply", "--yes", "--host", "build*");
    expect(hosts).toMatchObject({
      build1: { code: 0, result: { plan: { summary: { add: 0, restart: 0 } } } },
      build2: { code: 0 },
    });
    expect(await machines.host("build2").sh("ls ~/.config/mosaic/fleet/agents")).toContain("second");
  });

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
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("none.md cannot be read")]);
    const lines = await until("the text has arrived", async () => {
      const { stdout } = await fleet("logs", "build1/echo", "--pane");
      return stdout.includes("got hello/there") && stdout.includes("got from a file") && stdout;
    });
    expect(lines).toMatch(/^build1 \| got hello\/there$/m);
    const { stdout } = await fleet("logs", "--json", "--host", "build1", "echo");
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ host: "build1", agent: "echo" });

    const terminal = await openTerminal(desk, ["fleet", "attach", "--host", "build*", "echo"]);
    await terminal.waitFor("got hello/there");
    await machines.host("build1").sh("tmux -L mosaic-factory detach-client -s =echo:");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    const piped = await fleet("attach", "build1/echo");
    expect([piped.code, piped.stderr]).toEqual([64, expect.stringContaining("needs a terminal")]);
  });

  it("waits, presses keys, runs programs and tells the past on another machine", async () => {
    const { desk } = machines;
    const waited = await fleet("wait", "build1/echo", "--state", "running");
    expect([waited.code, waited.stdout]).toEqual([0, expect.stringContaining("echo is running")]);
    const late = await fleet("wait", "build1/echo", "--state", "ended", "--timeout", "100ms");
    expect([late.code, late.stderr]).toEqual([124, expect.stringContaining("build1: ")]);
    expect((await fleet("keys", "build1/echo", "a", "/", "b", "Enter")).code).toBe(0);
    await until("the keys have arrived", async () =>
      (await fleet("logs", "build1/echo", "--pane")).stdout.includes("build1 | got a/b"),
    );
    const script = 'echo "$MOSAIC_AGENT_NAME in $PWD"; cat; exit 7';
    const ran = await desk.run(["fleet", "exec", "build1/echo", "sh", "-c", script], { input: "input\n" });
    expect([ran.code, ran.stdout]).toEqual([7, "echo in /run/home\ninput\n"]);
    const none = await desk.run(["fleet", "exec", "build1/nobody", "true"]);
    expect([none.code, none.stderr]).toEqual([64, expect.stringContaining("nobody")]);
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

  it("checks hosts, and accepts the keys of new ones after a question", async () => {
    const { desk } = machines;
    const check = await fleet("hosts", "check", "build1,gone");
    expect(check.stdout).toMatch(
      /^HOST +STATE.*\nbuild1 +reached +\d+\.\S+ +\S+ +same .*\ngone +unreachable +- /,
    );
    expect(check.code).toBe(7);
    expect((await fleet("hosts", "trust", "build1")).stderr).toContain("needs a terminal");
    await desk.sh("mv ~/.ssh/known_hosts ~/.ssh/kept");
    const terminal = await openTerminal(desk, ["fleet", "hosts", "trust", "build1"]);
    await terminal.waitFor("continue connecting");
    await terminal.type("yes");
    await terminal.press("Enter");
    await terminal.waitFor("build1: the login works.");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect(await desk.sh("ssh-keygen -F build1")).toContain("ssh-ed25519");
    await desk.sh("mv ~/.ssh/kept ~/.ssh/known_hosts");
  });

  it("tells each way in which a host cannot be used, and goes on with the others", async () => {
    const { desk } = machines;
    const build1 = machines.host("build1");
    await build1.write("~/.bashrc", "echo Welcome; printf no-line-end\n");
    expect((await fleet("plan", "--host", "build1")).code).toBe(0);
    const cases: readonly [readonly string[], RegExp][] = [
      [["UserKnownHostsFile /dev/null"], /unreachable\n.*(?:verification failed|known)/s],
      [["IdentityFile /dev/null", "IdentitiesOnly yes"], /unreachable\n.*Permission denied/s],
    ];
    for (const [lines, expected] of cases) {
      // The shared connection would need neither.
      await machines.closeShared();
      await machines.configure("build1", ...lines);
      const { code, stdout, stderr } = await fleet("plan", "--host", "build*");
      expect([code, stderr]).toEqual([7, expect.stringMatching(expected)]);
      expect(stdout).toMatch(/^build2:/);
    }
    await machines.configure("build1");
    await declare(desk, text({}, { build1: { ssh: "build2" } }));
    const twin = await fleet("apply", "--yes", "--host", "build*");
    expect([twin.code, twin.stderr]).toEqual([6, expect.stringContaining("same machine and account")]);
  });

  it("changes no host with a watch, which would revert it", async () => {
    const { desk } = machines;
    const build2 = machines.host("build2");
    await declare(desk, text());
    // The watch follows a file with the path of the desk's, and with another text.
    await declare(build2, stringify({ version: 1, agents: { "coder-1": run, "coder-2": run } }));
    const watch = await startWatch(build2);
    await declare(desk, text({ more: { ...run, hosts: both } }));
    const { code, stderr } = await fleet("apply", "--yes", "--host", "build*");
    expect([code, stderr]).toEqual([6, expect.stringMatching(/build2: fleet mosaic is watched, as /)]);
    await watch.stop();
    expect((await build2.sh("ls ~/.config/mosaic/fleet/agents")).includes("more")).toBe(false);
    expect((await machines.host("build1").sh("ls ~/.config/mosaic/fleet/agents")).includes("more")).toBe(
      true,
    );
  });

  it("runs on this machine without ssh, and through another program", async () => {
    const { desk } = machines;
    const hosts = { desk: { ssh: "local" }, box: { connect: ["env", "HOME=/run/home/box", "sh", "-c"] } };
    await desk.sh("mkdir -p ~/box");
    await declare(desk, text({ own: { ...run, hosts: ["desk", "box"] } }, hosts));
    const { hosts: planned } = await json("plan", "--host", "desk,box");
    expect(planned).toMatchObject({ desk: { result: { summary: { add: 1 } } }, box: { state: "done" } });
    expect((await fleet("plan", "--host", "build1,desk")).stdout).toContain("desk:");
  });
});

/** Returns the state after all messages; undefined before the first. */
function stateIn(messages: readonly ToPage[]): UiState | undefined {
  return messages.reduce<UiState | undefined>((state, message) => {
    if (message.t === "state") return message.state;
    return message.t === "patch" && state !== undefined ? withPatch(state, message.patch) : state;
  }, undefined);
}
