import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { hasSshd } from "../../support/hosts/ssh-hosts.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const run = { command: "exec sleep 1000" };

describe("a fleet with several machines", () => {
  const box = useSandbox();
  let hostname: string;
  const here = (): object => ({ desk: { hostname }, build1: {}, build2: { labels: { gpu: "yes" } } });
  const agents = {
    planner: { ...run, hosts: "desk" },
    watcher: { ...run, hosts: "all" },
    trainer: { ...run, hosts: { labels: { gpu: "yes" } } },
  };
  const text = (hosts: object, more: object = agents, keys: object = {}): string =>
    stringify({ version: 1, hosts, defaults: { onChange: "restart" }, agents: more, ...keys });
  const running = async (): Promise<string> =>
    (await box.sh("systemctl --user list-units --plain --no-legend --state=active 'mosaic-agent@*' || :"))
      .split("\n")
      .flatMap((line) => /^mosaic-agent@(.*)\.service/.exec(line)?.[1] ?? [])
      .join(" ");
  const asHost = (host: string) => ({ env: { MOSAIC_FLEET_HOST: host } });

  beforeAll(async () => {
    hostname = (await box.sh("hostname")).trim();
    await declare(box, text(here()));
    expect((await fleet(box, "apply", "--yes", "-q")).code).toBe(0);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("applies the part of this machine alone, and lists them all", async () => {
    expect(await running()).toBe("planner watcher");
    expect((await plan(box)).actions).toEqual([]);
    const { stdout } = await fleet(box, "hosts", "--json");
    const { hosts } = JSON.parse(stdout) as { hosts: object[] };
    expect(hosts).toEqual([
      { name: "desk", hostname, labels: {}, isHere: true, agents: ["planner", "watcher"] },
      { name: "build1", hostname: "build1", labels: {}, isHere: false, agents: ["watcher"] },
      {
        name: "build2",
        hostname: "build2",
        labels: { gpu: "yes" },
        isHere: false,
        agents: ["trainer", "watcher"],
      },
    ]);
    expect((await fleet(box, "hosts")).stdout).toMatch(
      /^HOST .*\ndesk\* .* planner, watcher \(2\)\nbuild1 .* watcher\n/,
    );
    expect((await fleet(box, "validate")).stdout).toBe("Valid: fleet mosaic with 3 agents on 3 hosts.\n");
  });

  it("changes an agent by the defaults of this machine alone, and tells their line", async () => {
    const desk = { hostname, defaults: { env: { RING: "one" } } };
    await declare(box, text({ ...here(), desk, build1: { defaults: { env: { RING: "two" } } } }));
    const { summary, agents: planned } = await plan(box, "watcher");
    expect([summary, planned]).toMatchObject([
      { restart: 1 },
      [{ name: "watcher", changes: [{ fields: ["env.RING"] }] }],
    ]);
    const why = await fleet(box, "why", "watcher");
    expect([why.code, why.stdout]).toEqual([
      0,
      expect.stringMatching(/env\.RING.*\n +fleet\.yaml:\d+: RING: one \(the defaults of this host\)/),
    ]);
    await declare(box, text(here()));
  });

  it("names the machines of an agent that is not on this one", async () => {
    for (const words of [
      "status trainer",
      "apply --yes trainer",
      "logs trainer",
      "send trainer hello",
      "why trainer",
      "exec trainer true",
      "events trainer",
      "graph trainer",
    ]) {
      const { code, stderr } = await fleet(box, ...words.split(" "));
      expect([code, stderr], words).toEqual([64, expect.stringContaining("another machine: build2")]);
    }
    expect((await fleet(box, "status", "trainre")).stderr).toContain('there is no agent "trainre"');
  });

  it("refuses options for hosts without hosts, and warns of a rollout without its canaries", async () => {
    for (const [words, option] of [
      ["apply --yes --log-dir logs", "--log-dir"],
      ["status --max-parallel 2", "--max-parallel"],
      ["plan --skip-unreachable", "--skip-unreachable"],
      ["hosts --max-parallel 2", "--max-parallel"],
      ["place --max-parallel 2", "--max-parallel"],
    ] as const) {
      const { code, stderr } = await fleet(box, ...words.split(" "));
      expect([code, stderr], words).toEqual([64, expect.stringContaining(option)]);
    }
    expect((await fleet(box, "plan", "--out", "one.json")).code).toBe(0);
    const saved = await fleet(box, "apply", "one.json", "--log-dir", "logs");
    expect([saved.code, saved.stderr]).toEqual([64, expect.stringContaining("add --host HOSTS")]);
    expect(await box.sh("ls ~/work")).not.toContain("logs");
    await declare(
      box,
      text({ ...here(), off: { state: "ignore" } }, agents, { rollout: { canary: ["off"] } }),
    );
    const { code, stderr } = await fleet(box, "validate");
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/Warning: all canaries of rollout are ignored\n.*fleet\.yaml:\d+/s),
    ]);
    await declare(box, text(here()));
  });

  it("differs from a fleet without hosts by the name of the host in the template, which restarts nobody", async () => {
    const pids = (): Promise<string> =>
      box.sh("systemctl --user show -p MainPID mosaic-agent@planner mosaic-agent@watcher");
    const [before, template] = [await pids(), `${box.home}/.config/systemd/user/mosaic-agent@.service`];
    for (const file of [
      stringify({ version: 1, defaults: { onChange: "restart" }, agents: { planner: run, watcher: run } }),
      text(here()),
    ]) {
      await declare(box, file);
      const { actions } = await plan(box);
      expect(actions.map(({ kind, target }) => [kind, target])).toEqual([
        ["write-file", template],
        ["daemon-reload", expect.anything()],
      ]);
      expect((await fleet(box, "apply", "--yes", "-q")).code).toBe(0);
      expect([(await plan(box)).actions, await pids()]).toEqual([[], before]);
    }
    expect(await box.read(template)).toContain('Environment="MOSAIC_AGENT_HOST=desk"\n');
  });

  it("ends nothing on a machine that is none of the hosts, by command or watch", async () => {
    const watch = await startWatch(box);
    await declare(box, text({ build1: {}, build2: { labels: { gpu: "yes" } } }, { watcher: agents.watcher }));
    await watch.waitFor("the watch does not take the file", ({ event }) => event === "file-rejected");
    for (const command of [["plan"], ["apply", "--yes"], ["destroy", "--yes"], ["status"]]) {
      const { code, stderr } = await fleet(box, ...command);
      expect([code, stderr], command.join(" ")).toEqual([
        1,
        expect.stringContaining("is no host of this fleet"),
      ]);
    }
    expect((await fleet(box, "validate")).code).toBe(0);
    expect(await running()).toBe("planner watcher");
    await declare(box, text(here()));
    await watch.settled();
    await watch.stop();
    expect(await running()).toBe("planner watcher");
  });

  it("shows the part of another host, and changes nothing for it", async () => {
    const planned = await box.run(["fleet", "plan", "--against", "empty", "--json"], asHost("build2"));
    expect(JSON.parse(planned.stdout)).toMatchObject({ summary: { add: 2 } });
    for (const command of [
      ["apply", "--yes"],
      ["destroy", "--yes"],
      ["watch"],
      ["restart", "--yes", "watcher"],
    ]) {
      const { code, stderr } = await box.run(["fleet", ...command], asHost("build2"));
      expect([code, stderr]).toEqual([6, expect.stringContaining("this machine is not host build2")]);
    }
    await declare(box, text({ ...here(), desk: { hostname, state: "ignore" } }));
    const ignored = await fleet(box, "apply", "--yes");
    expect([ignored.code, ignored.stderr]).toEqual([
      1,
      expect.stringContaining("host desk, which is ignored"),
    ]);
    await declare(box, text(here()));
    const wrong = await box.run(["fleet", "plan"], asHost("build9"));
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("build9")]);
    expect(await running()).toBe("planner watcher");
  });

  it("moves an agent by an apply on each machine, and refuses a revision without hosts", async () => {
    const moved = { ...agents, planner: { ...run, hosts: "build1" }, trainer: { ...run, hosts: "desk" } };
    await declare(box, text(here(), moved));
    expect((await fleet(box, "apply", "--yes", "-q")).code).toBe(0);
    expect(await running()).toBe("trainer watcher");

    await declare(box, stringify({ version: 1, agents: { trainer: run, watcher: run, extra: run } }));
    await box.sh(
      "cd ~/work && git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm one",
    );
    await declare(box, text(here(), moved));
    const { code, stderr } = await fleet(box, "rollback", "HEAD", "--yes");
    expect([code, stderr]).toEqual([1, expect.stringContaining("has no hosts")]);
    expect(await running()).toBe("trainer watcher");
  });

  it("begins no change for a machine that is gone, and none late", async () => {
    await declare(box, text(here()));
    const file = `${box.home}/work/fleet.yaml`;
    const form = { color: false, quiet: false, verbose: false };
    const request = {
      host: "desk",
      file,
      texts: [[file, text(here())]],
      words: ["suspend", "watcher"],
      form,
    };
    /** Sends a request, does `after` when the program waits for the go-ahead, and returns the kinds of its frames. */
    const answerTo = async (id: string, after: string, more: object): Promise<string> => {
      await box.write(`~/${id}`, `${JSON.stringify({ ...request, run: id, ...more })}\n`);
      const script = `cd && mkfifo ${id}.in && { fleet __remote N <${id}.in >${id}.out & pid=$!; } && exec 3>${id}.in
        cat ${id} >&3; until grep -q '"kind":"host"' ${id}.out; do sleep 0.05; done
        ${after}
        exec 3>&-; wait $pid || :; grep -o '"kind":"[a-z-]*"' ${id}.out | cut -d'"' -f4 | grep -v beat | paste -sd' '`;
      return box.sh(script, { isReal: true });
    };
    const suspended = async (): Promise<readonly string[]> => {
      const { agents: all } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
        agents: readonly { name: string; suspended: object | null }[];
      };
      return all.flatMap((agent) => (agent.suspended === null ? [] : [agent.name]));
    };
    const wakesLate = "kill -STOP $pid; echo begin >&3; exec 3>&-; sleep 0.6; kill -CONT $pid";
    const never = "host never-begun done\n";
    expect(await answerTo("late", wakesLate, { beginWithinMs: 500 })).toBe(never);
    expect(await answerTo("gone", "exec 3>&-", { beginWithinMs: 30_000 })).toBe(never);
    expect(await answerTo("silent", "wait $pid || :", { beginWithinMs: 100 })).toBe(never);
    expect(await suspended()).toEqual([]);
    expect(await answerTo("timely", "echo begin >&3", { beginWithinMs: 30_000 })).toMatch(/^host .*done\n$/);
    expect(await suspended()).toEqual(["watcher"]);
    expect((await fleet(box, "resume", "watcher")).code).toBe(0);
  });

  it("runs its share of spread agents with their numbers, and none of them when it is drained", async () => {
    const coder = {
      command:
        'echo "$MOSAIC_AGENT_REPLICA $MOSAIC_AGENT_HOST" > ~/$MOSAIC_AGENT_NAME.number; exec sleep 1000',
      replicas: 6,
      hosts: { spread: ["desk", "build1"] },
    };
    const own = async (): Promise<readonly string[]> => {
      const { hosts } = JSON.parse((await fleet(box, "hosts", "--json")).stdout) as {
        hosts: readonly { agents: readonly string[] }[];
      };
      return hosts[0]?.agents ?? [];
    };
    await declare(box, text(here(), { coder }));
    const share = await own();
    expect(share.length).toBeGreaterThan(0);
    expect(share.length).toBeLessThan(6);
    expect((await fleet(box, "apply", "--yes", "-q", "--now", "--allow-remove-all")).code).toBe(0);
    expect(await running()).toBe([...share].toSorted().join(" "));
    await until("each has its number", async () => {
      const found = await Promise.all(share.map((name) => box.read(`~/${name}.number`).catch(() => "")));
      return (
        found.every((number, at) => number === `${share[at]?.replace("coder-", "")} desk\n`) || undefined
      );
    });
    expect((await plan(box)).actions).toEqual([]);
    await declare(box, text({ ...here(), desk: { hostname, drain: true } }, { coder }));
    expect(await own()).toEqual([]);
    expect((await fleet(box, "apply", "--yes", "-q", "--now", "--allow-remove-all")).code).toBe(0);
    expect(await running()).toBe("");
  });

  it.skipIf(!hasSshd)("connects to eight of many hosts behind one jump host at a time", async () => {
    // A jump host that does not answer: logins of 101 hosts through a real one take 20 s of processor time.
    const open = new Set<Socket>();
    const jump = createServer((socket) => void open.add(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => void jump.listen(0, "127.0.0.1", resolve));
    const { port } = jump.address() as AddressInfo;
    const config = `Host jump\n  HostName 127.0.0.1\n  Port ${port}\nHost h*\n  ProxyJump jump\n`;
    await box.write("~/.ssh/config", config, 0o600);
    const many = Array.from({ length: 101 }, (_, at) => [`h${at + 1}`, {}]);
    await box.write("~/many.yaml", text(Object.fromEntries(many), { coder: { ...run, hosts: "all" } }));
    const status = "setsid fleet status --host all -f ~/many.yaml >/dev/null 2>&1 & echo $!";
    const pid = (await box.sh(status, { isReal: true })).trim();
    await until("eight connections are open", async () => open.size >= 8);
    expect(await box.sh(`pgrep -cxP ${pid} ssh`)).toBe("8\n");
    await box.sh(`kill -KILL ${pid}`);
    for (const socket of open) socket.destroy();
    jump.close();
  });
});
