import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { bar } from "../../support/hosts/bars.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import { linesOf, machineState } from "../../support/fleet/state.ts";
import type { Ran } from "../../support/rig/sandbox.ts";

const count = Number(process.env["HOSTS_COUNT"] ?? 0);
const agents = Number(process.env["HOSTS_AGENTS"] ?? 50);

/** True in a network of its own, where rules for packets harm nobody else. */
const hasOwnNetwork = process.env["HOSTS_NETWORK"] === "own";

/** Logins after which a host cannot be used, or has another shell, with the expected exit code and words. */
const logins: readonly (readonly [string, string, number, RegExp])[] = [
  [
    "no node",
    `exec unshare -rm sh -c 'for n in /usr/bin/node /usr/local/bin/node /run/fleet/bin/node; do [ -e $n ] && mount --bind /dev/null $n; done; eval "$SSH_ORIGINAL_COMMAND"'`,
    1,
    /build2: .*node/s,
  ],
  [
    "a full disk",
    `exec unshare -rm sh -c 'mount -t tmpfs -o size=64k full $HOME/.cache && eval "$SSH_ORIGINAL_COMMAND"'`,
    1,
    /build2: .*(?:space|disk)/s,
  ],
  ...(spawnSync("fish", ["--version"]).status === 0
    ? [["fish as its shell", `exec fish -c "$SSH_ORIGINAL_COMMAND"`, 0, /^/] as const]
    : []),
];

/** `npm run hosts` asks for it: the suite has the same promises with two machines in push.test.ts. */
describe.skipIf(!hasSshd || count < 2)("commands on many machines", { timeout: 600_000 }, () => {
  const names = Array.from({ length: count }, (_, at) => `build${at + 1}`);
  const machines = useSshHosts(names);
  const run = { command: "exec sleep 100000" };
  const text = (model: string): string =>
    stringify({
      version: 1,
      hosts: Object.fromEntries(names.map((name) => [name, {}])),
      defaults: { onChange: "restart" },
      agents: {
        coder: { ...run, hosts: "all", replicas: agents - 1 },
        first: { ...run, hosts: "build1", env: { MODEL: model } },
        other: { ...run, hosts: names.slice(1) },
      },
    });
  // The commands find this ssh, which counts its connections.
  const env = { PATH: "/run/home/bin:/run/fleet/bin:/usr/local/bin:/usr/bin:/bin" };
  const countSsh = `#!/bin/sh\ncase $1 in -G) ;; *) echo "$@" >> ~/ssh.log ;; esac\nexec /usr/bin/ssh "$@"\n`;
  const timedRun = async (
    what: string,
    argv: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<Ran & { readonly ms: number }> => {
    const began = performance.now();
    const ran = await machines.desk.run(argv, { timeoutMs: 500_000, env: { ...env, ...more } });
    const ms = performance.now() - began;
    console.log(`${what.padEnd(60)} ${ms.toFixed(0).padStart(7)} ms, exit ${ran.code}`);
    return { ...ran, ms };
  };
  const timed = (what: string, ...args: readonly string[]): ReturnType<typeof timedRun> =>
    timedRun(what, ["fleet", ...args]);
  const pids = (name: string): Promise<string> =>
    machines.host(name).sh("systemctl --user show -p MainPID --value 'mosaic-agent@*' | grep -v '^$' | sort");
  const all = (): Promise<readonly string[]> => Promise.all(names.map(pids));
  /** Returns the inode of the program on each machine: one that is brought again has another one. */
  const tools = (): Promise<readonly string[]> =>
    Promise.all(names.map((name) => machines.host(name).sh("stat -c '%i %n' ~/.cache/mosaic-fleet/tool/*")));

  it("change the machines that they are about, and no other", async () => {
    const { desk } = machines;
    await desk.write("~/bin/ssh", countSsh, 0o755);
    await declare(desk, text("a"));
    expect((await timed("plan of nothing yet, with the program", "plan", "--host", "all")).code).toBe(0);
    const brought = await tools();
    expect((await timed("plan, over shared connections", "plan", "--host", "all")).code).toBe(0);
    const bytes = statSync(fileURLToPath(new URL("../../../dist/remote.tgz", import.meta.url))).size;
    bar("the program has at most 700 kB", `${(bytes / 1_000).toFixed(0)} kB`, bytes <= 700_000);
    const isSame = (await tools()).join() === brought.join();
    bar("a second contact brings no program", "folders of the program compared", isSame);
    expect((await timed("apply of all agents", "apply", "--yes", "-q", "--host", "all")).code).toBe(0);
    const before = await all();
    expect(before.map((each) => each.trim().split("\n").length)).toEqual(names.map(() => agents));
    const states = (): Promise<readonly (readonly string[])[]> =>
      Promise.all(names.map((name) => machineState(machines.host(name))));
    const written = await states();
    await desk.sh("rm ~/ssh.log");
    const again = await timed("apply of nothing", "apply", "--yes", "--host", "all");
    expect(again.stdout.match(/No changes/g)?.length).toBeLessThanOrEqual(2);
    expect(await states()).toEqual(written);
    const calls = linesOf(await desk.read("~/ssh.log")).length;
    bar("an apply of nothing takes at most two ssh a host", `${calls}`, calls <= 2 * count);
    await timed("status", "status", "--json", "--host", "all");
    await timed("snapshot", "snapshot", "--json", "--host", "all");

    await declare(desk, text("b"));
    const one = await timed("apply of one agent on one machine", "apply", "--yes", "--host", "all");
    console.log(one.stdout + one.stderr);
    expect(one.code).toBe(0);
    // Its machine alone is named with a change, and the others are one line.
    expect(linesOf(one.stdout + one.stderr).length).toBeLessThan(25);
    expect(one.stdout.match(/No changes/g)).toHaveLength(1);
    expect(one.stdout).toMatch(/agent first/);
    const after = await all();
    expect(after.slice(1)).toEqual(before.slice(1));
    const kept = new Set(before[0]?.split("\n"));
    expect(after[0]?.split("\n").filter((pid) => !kept.has(pid))).toHaveLength(1);
    expect((await states()).slice(1)).toEqual(written.slice(1));

    // Connections are taken, and nothing answers: also the shared one hangs.
    await machines.host("build2").sh("pkill -STOP -x sshd");
    const hung = await timed("plan with one machine that hangs", "plan", "--host", "all");
    expect([hung.code, hung.stdout]).toEqual([
      7,
      expect.stringContaining(`${count - 1} answered, 1 unreachable`),
    ]);
    await machines.host("build2").sh("pkill -CONT -x sshd");
    expect((await timed("plan with all of them again", "plan", "--host", "all")).code).toBe(0);

    for (const [what, script, code, words] of logins) {
      const build2 = machines.host("build2");
      const login = await build2.read("~/sshd/login");
      await build2.sh("rm -rf ~/.cache/mosaic-fleet && mkdir -p ~/.cache");
      await build2.write("~/sshd/login", `#!/bin/sh\n${script}\n`, 0o755);
      const ran = await timed(`plan with one machine with ${what}`, "plan", "--host", "all");
      await build2.write("~/sshd/login", login, 0o755);
      expect([what, ran.code, ran.stderr]).toEqual([what, code, expect.stringMatching(words)]);
    }

    await machines.host("build2").sh("pkill -STOP -x systemd");
    const stopped = await timed("plan with one user manager that hangs", "plan", "--host", "all");
    await machines.host("build2").sh("pkill -CONT -x systemd");
    expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringMatching(/build2: .*systemctl/)]);
    expect(await all()).toEqual(after);
  });

  it.runIf(hasOwnNetwork)("wait for a machine whose packets are dropped for a limited time", async () => {
    const port = String(machines.portOf("build2"));
    const packets = (way: "-I" | "-D"): unknown =>
      execFileSync("iptables", [way, "INPUT", "-p", "tcp", "--dport", port, "-j", "DROP"]);
    const quiet = await timed("plan of all", "plan", "--host", "all");
    expect(quiet.code).toBe(0);
    // At first the shared connection is half-open, and then there is none.
    for (const connection of ["a shared", "no"]) {
      if (connection === "no") await machines.closeShared();
      packets("-I");
      for (const command of ["plan", "status"]) {
        const what = `${command} with one dropped machine, ${connection} connection`;
        const ran = await timed(what, command, "--host", "all");
        expect([what, ran.code, ran.stdout]).toEqual([
          what,
          7,
          expect.stringContaining(`${count - 1} answered, 1 unreachable`),
        ]);
        // 5 s for a connection, 3 s before that for a shared one, and the others next to it, which vary with other work.
        const limit = connection === "no" ? 5 : 8;
        const more = (ran.ms - quiet.ms) / 1_000;
        const aim = `one dropped host of ${count}, ${connection} connection: less than ${limit} s more`;
        bar(aim, `${more.toFixed(1)} s for ${command}`, more < limit + quiet.ms / 1_000);
      }
      packets("-D");
    }
    expect((await timed("plan of all again", "plan", "--host", "all")).code).toBe(0);
  });

  it.runIf(process.env["HOSTS_ANSIBLE"] !== undefined)("take less time than a ping of Ansible", async () => {
    const { desk } = machines;
    await desk.write("~/inventory", `${names.join("\n")}\n`);
    const ansible = (what: string, ...words: readonly string[]): ReturnType<typeof timedRun> =>
      timedRun(what, ["ansible", "all", "-i", "/run/home/inventory", "-o", "-f", String(count), ...words], {
        ANSIBLE_PIPELINING: "1",
        ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
        ANSIBLE_HOME: "/run/home/.ansible",
      });
    const pings = [];
    const plans = [];
    expect((await ansible("ansible -m ping, new connections", "-m", "ping")).code).toBe(0);
    for (let round = 0; round < 5; round += 1) {
      plans.push((await timed("plan", "plan", "--host", "all")).ms);
      const ping = await ansible("ansible -m ping, open connections, pipelining", "-m", "ping");
      expect(linesOf(ping.stdout).filter((line) => line.includes("SUCCESS"))).toHaveLength(count);
      pings.push(ping.ms);
      await ansible("ansible -m raw, open connections", "-m", "raw", "-a", "true");
    }
    const middle = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[2] ?? 0;
    const share = middle(plans) / middle(pings);
    const times = [plans, pings].map((each) => (middle(each) / 1_000).toFixed(1)).join(" and ");
    bar("a plan takes at most 0.5 of a ping of Ansible", `${share.toFixed(2)}: ${times} s`, share <= 0.5);
  });

  it("costs little for each of 1,000 machines", async () => {
    const { desk } = machines;
    const many = Array.from({ length: 1_000 }, (_, at) => [`h${at + 1}`, { connect: ["true"] }] as const);
    const file = { version: 1, hosts: Object.fromEntries(many), agents: { coder: { ...run, hosts: "all" } } };
    await desk.write("~/many.yaml", stringify(file));
    await desk.write(
      "~/use.cjs",
      "process.on('exit', () => require('node:fs').writeFileSync('/run/home/use.json', JSON.stringify(process.resourceUsage())));",
    );
    const plan = ["fleet", "plan", "--json", "--host", "all", "-f", "/run/home/many.yaml"];
    const ran = await timedRun("plan of 1,000 machines that do not answer", plan, {
      NODE_OPTIONS: "--require=/run/home/use.cjs",
    });
    expect(ran.code).toBe(7);
    const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(
      await desk.read("~/use.json"),
    ) as NodeJS.ResourceUsage;
    const ms = (userCPUTime + systemCPUTime) / 1e6;
    const megabytes = maxRSS / 1024;
    bar("1,000 machines take less than 2 ms of processor each", `${ms.toFixed(2)} ms`, ms < 2);
    bar("1,000 machines take less than 200 MB", `${megabytes.toFixed(0)} MB`, megabytes < 200);
  });
});
