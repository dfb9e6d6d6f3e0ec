import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../../support/fleet/fleet.ts";
import { openHostLine } from "../../../support/hosts/host-line.ts";
import { life, overlapsOf, runningOn } from "../../../support/hosts/lives.ts";
import { skewClock } from "../../../support/hosts/skew-clock.ts";
import { hasSshd, useSshHosts } from "../../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../../support/rig/sandbox.ts";
import { until } from "../../../support/rig/until.ts";

/** `npm run hosts -- --faults` asks for it. */
const isAsked = process.env["HOSTS_FAULTS"] !== undefined;

/** Runs the command of a login after some mounts, with the own user id again. */
const after = (mounts: string): string =>
  `exec unshare -rm sh -ec '${mounts}; exec unshare --user --map-user=1000 --map-group=1000 sh -c "$SSH_ORIGINAL_COMMAND"'`;
const readOnlyHome = after("mount --bind $HOME $HOME; mount -o remount,bind,ro $HOME");
const fullConfig = after(
  "mount -t tmpfs -o size=1m full /mnt; cp -a $HOME/.config/. /mnt; dd if=/dev/zero of=/mnt/fill bs=1k 2>/dev/null || :; mount --bind /mnt $HOME/.config",
);

describe.skipIf(!hasSshd || !isAsked)("machines that differ", { timeout: 1_800_000 }, () => {
  const machines = useSshHosts(["build1", "build2"]);
  let usual: string;
  const coder = { command: life, replicas: 2, hosts: { spread: "all" } };
  const fixed = { command: "exec sleep 1000", hosts: "all" };
  const text = (hosts: object = {}, more: object = {}): string =>
    stringify({
      version: 1,
      hosts: { build1: {}, build2: {}, ...hosts },
      defaults: { onChange: "restart" },
      agents: { fixed, ...more },
    });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.run(["fleet", ...args], { timeoutMs: 110_000 });
  const timed = async (
    ...args: readonly string[]
  ): Promise<{ readonly ran: Ran; readonly seconds: number }> => {
    const began = performance.now();
    const ran = await fleet(...args);
    return { ran, seconds: (performance.now() - began) / 1_000 };
  };
  // The logins of build2 run another script while it works.
  const withLogin = async <T>(script: string, work: () => Promise<T>): Promise<T> => {
    await machines.closeShared();
    await machines.host("build2").write("~/sshd/login", `#!/bin/sh\n${script}\n`, 0o755);
    try {
      return await work();
    } finally {
      await machines.host("build2").write("~/sshd/login", usual, 0o755);
      await machines.closeShared();
    }
  };

  beforeAll(async () => {
    usual = await machines.host("build2").read("~/sshd/login");
    await declare(machines.desk, text());
    expect((await fleet("apply", "--yes", "-q", "--host", "all")).code).toBe(0);
  });

  it.each<readonly [string, string, number, RegExp]>([
    ["has no shell", "exec /usr/sbin/nologin", 7, /unreachable\n.*currently not available/s],
    ["is for another program", "echo Only git here.; exit 0", 7, /unreachable\n.*Only git here\./s],
    ["waits for an answer", "echo; printf sure?; read x", 7, /unreachable\n.*no sign of life/s],
    [
      "has a home for reading alone, and no program",
      after("mount --bind $HOME $HOME; rm -rf $HOME/.cache/mosaic-fleet; mount -o remount,bind,ro $HOME"),
      1,
      /could not be written there\n.*free space and the rights of ~\/\.cache/s,
    ],
    [
      "has node in a place of its own",
      after(
        "for n in /usr/bin/node /usr/local/bin/node /run/fleet/bin/node; do [ ! -e $n ] || mount --bind /dev/null $n; done",
      ),
      1,
      /no node of version 20\.19 or newer\n.*ln -s PATH\s+~\/\.local\/bin\/node/s,
    ],
  ])("are named with a reason if a login %s", async (what, script, code, words) => {
    const { ran, seconds } = await withLogin(script, () => timed("plan", "--host", "all"));
    console.log(`a login that ${what}: exit ${ran.code} after ${seconds.toFixed(1)} s\n${ran.stderr}`);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(words)]);
    expect(ran.stdout).toMatch(/^build1:\nNo changes/);
  });

  it("change nothing in a home that is read-only or full, and everything after that", async () => {
    await declare(machines.desk, text({}, { more: fixed }));
    const build2 = machines.host("build2");
    const files = "cd ~/.config && find mosaic systemd -type f | sort | xargs sha256sum";
    const before = await build2.sh(files);
    for (const [what, script, words] of [
      ["read-only", readOnlyHome, /EROFS|[Rr]ead-only/],
      ["full", fullConfig, /ENOSPC|[Nn]o space/],
    ] as const) {
      const [plan, change] = await withLogin(script, async () => [
        await fleet("plan", "--host", "build2"),
        await fleet("apply", "--yes", "--host", "all"),
      ]);
      console.log(
        `a ${what} home: plan ${plan.code}, apply ${change.code}\n${plan.stdout}${change.stdout}${change.stderr}`,
      );
      expect([what, plan.code, plan.stdout]).toEqual([
        what,
        0,
        expect.stringContaining("agent more will be added"),
      ]);
      expect([what, change.code, change.stderr]).toEqual([what, 1, expect.stringMatching(words)]);
      expect(change.stderr).toContain("build2");
      expect(await build2.sh(files)).toBe(before);
      expect(await runningOn(build2)).toEqual(["fixed"]);
      expect(await runningOn(machines.host("build1"))).toEqual(["fixed", "more"]);
    }
    expect((await fleet("apply", "--yes", "--host", "all")).code).toBe(0);
    expect(await runningOn(build2)).toEqual(["fixed", "more"]);
  });

  it("are reached by a jump host, an IPv6 address, a matching program, and with a banner", async () => {
    const { desk, configure, closeShared } = machines;
    const build2 = machines.host("build2");
    await declare(desk, text());
    expect((await fleet("apply", "--yes", "--host", "all")).code).toBe(0);
    const hasNoChanges = async (): Promise<void> => {
      await closeShared();
      const { code, stdout } = await fleet("plan", "--host", "all");
      expect([code, stdout]).toEqual([0, "build1, build2:\nNo changes. The fleet matches fleet.yaml.\n\n"]);
    };
    await configure("build2", "ProxyJump build1");
    await hasNoChanges();
    await build2.write("~/banner", "Access is recorded.\n@0000 {}\n");
    await build2.sh(
      "sed -i 's|^ListenAddress.*|&\\nListenAddress ::1\\nBanner /run/home/banner|' ~/sshd/config",
    );
    await machines.stopServer("build2");
    await machines.startServer("build2");
    await configure("build2", "HostName ::1");
    await hasNoChanges();
    await configure("build2");
    await desk.sh(`cat >> ~/.ssh/config <<X
Match host ::1 exec "test -e ~/.ssh/id_ed25519"
  Port ${machines.portOf("build2")}
  HostKeyAlias build2
X`);
    await declare(desk, text({ build2: { ssh: "sandbox@::1" } }));
    await hasNoChanges();
    await configure("build2");
    await declare(desk, text({ dots: { ssh: "first.last@build2" } }));
    const { code, stderr } = await fleet("plan", "--host", "dots");
    expect([code, stderr]).toEqual([7, expect.stringContaining("ssh first.last@build2 true")]);
  });

  it("run a moved agent once, though the clock of the desk goes an hour ahead and an hour behind", async () => {
    const { desk } = machines;
    await desk.write("~/skew.cjs", skewClock);
    const skewed = (ms: number, ...args: readonly string[]): Promise<Ran> =>
      desk.run(["fleet", ...args], {
        timeoutMs: 110_000,
        env: { NODE_OPTIONS: "--require=/run/home/skew.cjs", SKEW_MS: String(ms) },
      });
    const hour = 3_600_000;
    const check = await skewed(hour, "hosts", "check");
    expect(check.stdout).toMatch(/^build1 +reached .* -1 h /m);
    await declare(desk, text({}, { coder }));
    expect((await skewed(hour, "place", "--write")).code).toBe(0);
    expect((await skewed(hour, "apply", "--yes", "--host", "all")).code).toBe(0);
    for (const [ms, from, to] of [
      [hour, "build1", "build2"],
      [-hour, "build2", "build1"],
      [0, "build1", "build2"],
    ] as const) {
      expect((await skewed(ms, "place", "--write", "--undrain", to, "--drain", from)).code).toBe(0);
      const change = await skewed(ms, "apply", "--yes", "--allow-remove-all", "--host", "all");
      expect([ms, change.code, change.stderr]).toEqual([ms, 0, expect.anything()]);
      expect(await runningOn(machines.host(from))).toEqual(["fixed"]);
      await until("the agents run on the other host", async () => {
        const running = await runningOn(machines.host(to));
        return running.join() === "coder-1,coder-2,fixed";
      });
      expect((await skewed(ms, "place", "--write")).code).toBe(0);
      expect((await skewed(ms, "apply", "--yes", "--host", "all")).stdout).toMatch(
        /^build1, build2:\nNo changes/,
      );
      expect(await overlapsOf(machines.host("build1"), machines.host("build2"))).toEqual([]);
    }
  });

  it("are changed and observed though the clock of one is ten years ahead or behind", async () => {
    const build2 = machines.host("build2");
    await build2.write("~/skew.cjs", skewClock);
    await declare(machines.desk, text());
    expect((await fleet("apply", "--yes", "--allow-remove-all", "--host", "all")).code).toBe(0);
    for (const years of [10, -10]) {
      const login = `NODE_OPTIONS=--require=/run/home/skew.cjs SKEW_MS=${years * 31_557_600_000} exec bash -c "$SSH_ORIGINAL_COMMAND"`;
      await withLogin(login, async () => {
        await declare(machines.desk, text({}, { skewed: { ...fixed, env: { YEARS: String(years) } } }));
        const change = await fleet("apply", "--yes", "--host", "all");
        expect([years, change.code, change.stderr]).toEqual([years, 0, expect.stringContaining("build2 |")]);
        const again = await fleet("apply", "--yes", "--host", "all");
        expect([years, again.code, again.stdout]).toEqual([
          years,
          0,
          expect.stringMatching(/^build1, build2:\nNo changes/),
        ]);
        const word = years > 0 ? "ahead of" : "behind";
        for (const words of [["status"], ["history"], ["events"], ["why", "skewed"], ["logs", "skewed"]]) {
          const told = await fleet(...words, "--host", "all");
          console.log(
            `${words.join(" ")} with a clock ${years} years off: exit ${told.code}\n${told.stdout}${told.stderr}`,
          );
          expect([words, told.code, told.stderr]).toEqual([
            words,
            0,
            expect.stringContaining(`The clock of build2 is 3652 d ${word} that of this machine.`),
          ]);
        }
        const check = await fleet("hosts", "check");
        console.log(`${check.stdout}${check.stderr}`);
        expect(check.stdout).toMatch(/^build1 .* same .*\nbuild2 .* [+-]3652 d /m);
      });
      expect(await runningOn(build2)).toEqual(["fixed", "skewed"]);
    }
  });

  it("are changed over a line with a long delay", async () => {
    const { desk } = machines;
    await declare(desk, text());
    expect((await fleet("apply", "--yes", "--allow-remove-all", "--host", "all")).code).toBe(0);
    const line = await openHostLine(machines.portOf("build2"), 200);
    try {
      await machines.configure("build2", `Port ${line.port}`);
      await machines.host("build2").sh("rm -rf ~/.cache/mosaic-fleet/tool");
      await declare(desk, text({}, { late: fixed }));
      const change = await timed("apply", "--yes", "--host", "all");
      const plan = await timed("plan", "--host", "all");
      console.log(
        `with 400 ms there and back: an apply with the program ${change.seconds.toFixed(1)} s, a plan ${plan.seconds.toFixed(1)} s`,
      );
      expect([change.ran.code, plan.ran.code]).toEqual([0, 0]);
      expect(plan.ran.stdout).toMatch(/^build1, build2:\nNo changes/);
      expect(await runningOn(machines.host("build2"))).toEqual(["fixed", "late"]);
    } finally {
      await machines.configure("build2");
      await machines.closeShared();
      line.close();
    }
  });

  it("keep programs of other versions that were used in the last month", async () => {
    const build2 = machines.host("build2");
    await build2.sh(`cd ~/.cache/mosaic-fleet/tool && own=$(ls | head -1)
      for each in 20:b 40:c 50:d; do
        other=$(printf %064d 0 | tr 0 \${each#*:}); cp -a $own $other; touch -d "\${each%:*} days ago" $other/.whole
      done`);
    expect((await fleet("plan", "--host", "build2")).code).toBe(0);
    const kept = await build2.sh("ls ~/.cache/mosaic-fleet/tool | cut -c1-2");
    expect(kept.split("\n").filter((name) => /^([bcd])\1$/.test(name))).toEqual(["bb"]);
  });
});
