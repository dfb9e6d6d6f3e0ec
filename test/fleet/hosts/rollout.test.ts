import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { asksLogindWords } from "../../support/programs/logind.ts";

describe.skipIf(!hasSshd)("a rollout over machines", () => {
  const names = ["build1", "build2", "build3"];
  const machines = useSshHosts(names, { hasProgram: true });
  const text = (command: string, rollout: object = {}, more: object = {}): string =>
    stringify({
      version: 1,
      rollout: { canary: 1, batch: 1, soak: "1s", ...rollout },
      hosts: { build1: {}, build2: { defaults: { env: { RING: "two" } } }, build3: {}, ...more },
      defaults: { onChange: "restart", restart: { policy: "no" } },
      agents: { coder: { command, hosts: "all" } },
    });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 100_000 });
  const pid = (host: string): Promise<string> =>
    machines.host(host).sh("systemctl --user show -p MainPID --value mosaic-agent@coder.service");

  it("goes batch by batch, stops at agents that do not stay up, and goes on when it is run again", async () => {
    const { desk } = machines;
    await declare(desk, text("exec sleep 1000"));
    const first = await fleet("apply", "--yes", "--host", "all");
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringMatching(/Batch 1 of 3: build1\..*Batch 3 of 3: build3\./s),
    ]);
    const before = await Promise.all(names.map(pid));
    const files = names.map((name) => machines.host(name).read("~/.config/mosaic/fleet/agents/coder.env"));
    expect((await Promise.all(files)).map((file) => file.includes("RING=two"))).toEqual([false, true, false]);

    // It starts well, and ends within the soak.
    await declare(desk, text("sleep 2; exit 3", { soak: "6s" }));
    const stopped = await fleet("apply", "--yes", "--json", "--host", "all");
    expect([stopped.code, JSON.parse(stopped.stdout)]).toMatchObject([
      7,
      {
        hosts: { build1: { code: 4 }, build2: { state: "not-begun" }, build3: { state: "not-begun" } },
        rollout: { batches: [["build1"], ["build2"], ["build3"]], completed: 1, isStopped: true },
      },
    ]);
    expect(await Promise.all(names.slice(1).map(pid))).toEqual(before.slice(1));

    const canary = { labels: { ring: "canary" } };
    await declare(desk, text("exec sleep 2000", { canary }, { build3: canary }));
    const again = await fleet("apply", "--yes", "--host", "all");
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringMatching(/Batch 1 of 3: build3\..*Batch 3 of 3: build2\./s),
    ]);
    // No command reaches the ignored one.
    const ignored = { gone: { ssh: "nobody@127.0.0.1", state: "ignore" } };
    await declare(desk, text("exec sleep 2000", {}, ignored));
    const last = await fleet("apply", "--yes", "--host", "all");
    expect([last.code, last.stdout]).toEqual([
      0,
      expect.stringMatching(/^build1, build2, build3:\nNo changes\./),
    ]);
    const named = await fleet("plan", "--host", "build1,gone");
    expect([named.code, named.stderr]).toEqual([64, expect.stringContaining("host gone is ignored")]);
  });

  it("counts a machine that is down, unless it is left out", async () => {
    const { desk } = machines;
    const gone = { gone: { ssh: "nobody@127.0.0.1" } };
    await declare(desk, text("exec sleep 3000", { batch: "50%" }, gone));
    const before = await Promise.all(names.map(pid));
    const stopped = await fleet("apply", "--yes", "--host", "all");
    expect([stopped.code, stopped.stderr]).toEqual([
      7,
      expect.stringContaining("not begun: build1, build2, build3"),
    ]);
    expect(await Promise.all(names.map(pid))).toEqual(before);
    const skipped = await fleet("apply", "--yes", "--skip-unreachable", "--host", "all");
    expect([skipped.code, skipped.stderr]).toEqual([
      0,
      expect.stringContaining("Batch 2 of 2: build2, build3."),
    ]);

    // The node of the desk, for a host on the desk itself.
    const shipped = {
      shipped: { node: "ship", connect: ["env", "XDG_CACHE_HOME=/run/home/shipped", "sh", "-c"] },
      own: { node: "~/none/node", connect: ["sh", "-c"] },
    };
    const node = (): Promise<string> => desk.sh("stat -c '%i %a %n' ~/shipped/mosaic-fleet/node/*");
    await declare(desk, text("exec sleep 3000", {}, shipped));
    await desk.write("~/work/taken", "");
    const lost = await fleet("plan", "--host", "shipped", "--log-dir", "taken");
    expect([lost.code, lost.stderr.match(/Warning: no further logs of hosts/g)]).toEqual([
      0,
      [expect.anything()],
    ]);
    const brought = await node();
    expect(brought).toMatch(/^\d+ 700 \S+\/[0-9a-f]{64}\n$/);
    const check = await fleet("hosts", "check", "shipped,own");
    expect([check.stdout + check.stderr, await node()]).toEqual([
      expect.stringMatching(
        /^shipped +reached +\d+\.\d+\.\d+ \(shipped\)[^]*own: the node of this host in fleet.yaml is none of version 20.19 or newer\n *= \/run\/home\/none\/node/m,
      ),
      brought,
    ]);

    // Its canary is away, and so it begins with the others.
    const away = { canary: ["off"], batch: "100%", soak: "0s", onFailure: "continue" };
    await declare(desk, text("exec sleep 3500", away, { ...gone, off: { state: "ignore" } }));
    const went = await fleet("apply", "--yes", "--host", "build3,gone", "--log-dir", "logs");
    expect([went.code, went.stderr]).toEqual([
      7,
      expect.stringMatching(
        /Warning: all canaries of rollout are ignored\n[^]*1 host is not available.* The rollout goes on .*\n.*Batch 1 of 1: build3\./,
      ),
    ]);
    const logs = await desk.sh("cd ~/work/logs && stat -c '%a %n' . * && tail -n +1 build3.log gone.log");
    expect(logs).toMatch(/^700 \.\n600 build3\.log\n600 gone\.log\n/);
    expect(logs).toMatch(
      /build3\.log <==\n\S+Z == fleet apply\n[^]*Z Restarted 1 agent[^]*Z ended with exit code 0\n[^]*gone\.log <==\n[^]*Z it is unreachable/,
    );
    expect(logs).toMatch(/Plan: [^\n]*\n\S+Z planned, and waits for your consent\n/);
    expect((await Promise.all(names.map(pid))).filter((each) => before.includes(each))).toEqual([]);
  });

  it("gives hosts an earlier fleet.yaml again, by a commit or by an id of their histories", async () => {
    const { desk } = machines;
    const version = (seconds: number, hosts: object): string =>
      stringify({
        version: 1,
        hosts,
        defaults: { onChange: "restart", hosts: ["build1", "build2"] },
        agents: { coder: { command: `exec sleep ${seconds}` } },
      });
    const apply = async (content: string): Promise<void> => {
      await declare(desk, content);
      expect((await fleet("apply", "--yes", "-q", "--host", "build1,build2")).code).toBe(0);
    };
    const git = "git -c user.name=a -c user.email=a@b";
    const [old, present] = [
      version(4000, { build1: {}, build2: {} }),
      version(5000, { build1: {}, build2: {}, build3: {} }),
    ];
    await apply(old);
    await desk.sh(`cd ~/work && git init -q && git add fleet.yaml && ${git} commit -qm old`);
    const commit = (await desk.sh("git -C ~/work rev-parse HEAD")).trim();
    // A file with this path on a host is another one.
    await machines.host("build2").write("~/work/.git/HEAD", `${"f".repeat(40)}\n`);
    await apply(present);
    const before = await Promise.all(names.map(pid));

    const diff = await fleet("diff", "HEAD", "coder", "--host", "build1");
    expect([diff.code, diff.stdout]).toEqual([
      0,
      expect.stringMatching(/^ {4}-  build3: .*^build1:$.*\+MOSAIC_AGENT_COMMAND="exec sleep 4000"/ms),
    ]);
    const planned = await fleet("plan", "--rev", "HEAD", "--host", "all");
    expect([planned.code, planned.stdout, planned.stderr]).toEqual([
      0,
      expect.stringMatching(/^build1, build2:$/m),
      expect.stringContaining("does not have host build3"),
    ]);
    expect((await fleet("rollback", "nosuch", "--yes", "--host", "all")).code).toBe(64);
    expect([await desk.read("~/work/fleet.yaml"), await Promise.all(names.map(pid))]).toEqual([
      present,
      before,
    ]);

    const back = await fleet("rollback", "HEAD", "--yes", "--host", "all");
    expect([back.code, await desk.read("~/work/fleet.yaml")]).toEqual([0, old]);
    const after = await Promise.all(names.map(pid));
    expect(after.map((each, at) => each === before[at])).toEqual([false, false, true]);
    const told = await fleet("history", "--json", "--host", "build2");
    const { hosts } = JSON.parse(told.stdout) as {
      hosts: {
        build2: { result: { runs: readonly Readonly<Record<"id" | "command" | "revision", string>>[] } };
      };
    };
    const [applied, rolledBack] = hosts.build2.result.runs.slice(-2);
    expect(rolledBack?.command).toMatch(/^fleet rollback [0-9a-f]{10}$/);
    expect([applied?.revision, rolledBack?.revision]).toEqual([commit, commit]);
    const again = await fleet("rollback", applied?.id ?? "", "--yes", "--host", "build1,build2");
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("never applied")]);
    expect(await desk.read("~/work/fleet.yaml")).toBe(present);
  });

  it("does saved plans batch by batch, with the guards, and without hosts that it must not change", async () => {
    const { desk } = machines;
    // An account without lingering, on the machine of the desk.
    const fleeting = {
      connect: ["env", ...asksLogindWords, "PATH=/run/home/few:/run/fleet/bin:/usr/bin:/bin", "sh", "-c"],
    };
    await desk.write("~/few/loginctl", "#!/bin/sh\necho no\n", 0o755);
    const saved = (agents: object, gone: object = { build3: {} }): string =>
      stringify({
        version: 1,
        rollout: { canary: 1, maxUnavailable: 1 },
        hosts: { build1: {}, build2: {}, ...gone, fleeting },
        defaults: { onChange: "restart", hosts: ["build1", "build2", ...Object.keys(gone)] },
        agents: { keeper: { command: "exec sleep 1000" }, ...agents },
      });
    const coders = { coder: { command: "exec sleep 6000", replicas: 2 } };
    const plan = async (...args: readonly string[]): Promise<Ran> => {
      const ran = await fleet("plan", "--out", "plan.json", ...args);
      expect(ran.code, ran.stderr).toBe(0);
      return fleet("apply", "plan.json", "--json");
    };
    const units = (): Promise<readonly string[]> =>
      Promise.all(
        names.map((host) =>
          machines.host(host).sh("systemctl --user show -p MainPID --value 'mosaic-agent@*' | sort"),
        ),
      );
    await declare(desk, saved(coders));
    expect((await fleet("apply", "--yes", "-q", "--allow-remove-all", "--host", "build*")).code).toBe(0);
    const before = await units();

    // Few on each host, and most of all hosts together.
    await declare(desk, saved({}));
    const refused = await plan("--host", "build*");
    expect([refused.code, refused.stdout]).toEqual([
      6,
      expect.stringContaining("6 of 9 agents of these hosts together"),
    ]);
    await declare(desk, saved({ extra: { command: "exec sleep 1000", hosts: "fleeting" }, ...coders }));
    const alone = await plan("--host", "fleeting");
    expect([alone.code, alone.stdout]).toEqual([
      6,
      expect.stringContaining("agents would end with this connection"),
    ]);
    expect(await units()).toEqual(before);

    const edited = { coder: { ...coders.coder, env: { SAVED: "1" } } };
    await declare(desk, saved(edited));
    expect((await fleet("plan", "--out", "plan.json", "--host", "build*")).code).toBe(0);
    await declare(desk, saved(edited, {}));
    const applied = await fleet("apply", "plan.json", "--json");
    expect([applied.code, JSON.parse(applied.stdout)]).toMatchObject([
      3,
      {
        hosts: {
          build1: { code: 0 },
          build2: { code: 0 },
          build3: { code: 3, diagnostics: [{ summary: expect.stringContaining("no such host") as string }] },
        },
        rollout: { batches: [["build1"], ["build2"]], completed: 2, isStopped: false, unavailable: 1 },
      },
    ]);
    const after = await units();
    expect(after.map((each, at) => each === before[at])).toEqual([false, false, true]);
  });
});
