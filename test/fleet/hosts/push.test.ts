import { hostname } from "node:os";
import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { usePushedHosts } from "../../support/hosts/pushed-hosts.ts";
import { skewClock } from "../../support/hosts/skew-clock.ts";
import { hasSshd } from "../../support/hosts/ssh-hosts.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { startWatch } from "../../support/watch/watcher.ts";
import { until } from "../../support/rig/until.ts";
import { reachesAgents } from "./push/agents-of-hosts.ts";
import { asksForEachPlan } from "./push/consent-on-hosts.ts";
import { showsHostsOnOnePage } from "./push/page-of-hosts.ts";

describe.skipIf(!hasSshd)("a push over ssh", () => {
  const rig = usePushedHosts();
  const { both, fleet, json, machines, pids, run, text, tools } = rig;

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

  showsHostsOnOnePage(rig);

  asksForEachPlan(rig);

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
    // A signal that follows at once is an echo of the first one. Nothing tells when that time is over.
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

  reachesAgents(rig);

  it("checks hosts, and accepts the keys of new ones after a question", async () => {
    const { desk } = machines;
    const check = await fleet("hosts", "check", "build1,gone");
    expect(check.stdout).toMatch(
      /^HOST +STATE.*\nbuild1 +reached +\d+\.\S+ +\S+ +same .*\ngone +unreachable +- /,
    );
    expect(check.code).toBe(7);
    expect((await json("hosts", "check", "build1,gone")).hosts).toMatchObject({
      build1: {
        facts: {
          node: process.versions.node,
          isShippedNode: false,
          // A sandbox has no logind.
          lingers: null,
          clockAheadMs: expect.any(Number) as number,
          hostname: hostname(),
        },
      },
      gone: { facts: null },
    });
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

    const others = { desk: { ssh: "local" }, box: { connect: ["sh", "-c"] } };
    await desk.write("~/other-ways.yaml", stringify({ version: 1, hosts: others, agents: {} }));
    const silent = await openTerminal(desk, ["sh", "-c", "fleet hosts trust all -f ~/other-ways.yaml"]);
    await silent.waitFor("desk: reached without ssh, so there is no key to trust.");
    await silent.waitFor("box: reached without ssh, so there is no key to trust.");
    expect(await silent.exitCode()).toBe(0);
    await silent.close();
  });

  it("tells each way in which a host cannot be used, and goes on with the others", async () => {
    const { desk } = machines;
    const build1 = machines.host("build1");
    await build1.write("~/.bashrc", "echo Welcome; printf no-line-end\n");
    expect((await fleet("plan", "--host", "build1")).code).toBe(0);
    const cases: readonly [readonly string[], RegExp][] = [
      [["UserKnownHostsFile /dev/null"], /unreachable\n.*verification failed.*fleet hosts trust build1\n/s],
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

  it("runs on this machine without ssh, and through another program with another clock", async () => {
    const { desk } = machines;
    const clock = ["NODE_OPTIONS=--require=/run/home/skew.cjs", "SKEW_MS=-315576000000"];
    const hosts = {
      desk: { ssh: "local" },
      box: { connect: ["env", "HOME=/run/home/box", ...clock, "sh", "-c"] },
    };
    await desk.sh("mkdir -p ~/box");
    await desk.write("~/skew.cjs", skewClock);
    await declare(desk, text({ own: { ...run, hosts: ["desk", "box"] } }, hosts));
    const { hosts: planned } = await json("plan", "--host", "desk,box");
    expect(planned).toMatchObject({ desk: { result: { summary: { add: 1 } } }, box: { state: "done" } });
    expect((await fleet("plan", "--host", "build1,desk")).stdout).toContain("desk:");
    const past = await fleet("history", "--host", "box");
    expect([past.code, past.stderr]).toEqual([
      0,
      expect.stringContaining("The clock of box is 3652 d behind that of this machine."),
    ]);
  });
});
