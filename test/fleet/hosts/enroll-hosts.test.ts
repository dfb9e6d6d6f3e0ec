import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { enrollmentMs, useEnrolledHosts } from "../../support/hosts/enrolled-hosts.ts";
import { hasSshd } from "../../support/hosts/ssh-hosts.ts";
import { cli } from "../../support/rig/outer.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { startWatch } from "../../support/watch/watcher.ts";

/** True for the proofs that take long: `npm run hosts -- --moves` asks for them. */
const isAsked = process.env["HOSTS_COUNT"] !== undefined;

describe.skipIf(!hasSshd)("fleet hosts enroll", { timeout: 400_000 }, () => {
  const rig = useEnrolledHosts();
  const { allow, applied, enroll, fleet, machines, names, pid, push, states, text, withSigners } = rig;

  it("refuses what cannot work, before anything is written on a host", async () => {
    const before = await states();
    const results: Record<string, number> = {};
    const said = async (what: string, ran: Promise<Ran>): Promise<string> => {
      const { code, stdout, stderr } = await ran;
      results[what] = code;
      return stdout + stderr;
    };
    expect(await said("no signers", enroll("build*", "--yes"))).toContain("--signers FILE");
    await said("no hosts", enroll("bild*", ...withSigners));
    await said("no address", fleet("hosts", "enroll", "build*", ...withSigners));
    await said(
      "a bad address",
      fleet("hosts", "enroll", "build*", "--source", "ext::sh -c id", ...withSigners),
    );
    expect(await said("no consent", enroll("build*", "--signers", "/run/home/signers"))).toMatch(
      /^build1, build2:\n\+ source: git: .*\n(?:.*\n)*\+ signers: ada@example\.org SHA256:\S+ namespaces="git"\n\+ watch: .*\n(?:.*\n)*  \+ agent worker/,
    );
    const nowhere = fleet(
      "hosts",
      "enroll",
      "build1",
      "--source",
      "git://127.0.0.1:1/fleet.git",
      ...withSigners,
    );
    expect(await said("unreachable from there", nowhere)).toMatch(
      /build1.*the source cannot be fetched[^]*Connection refused/,
    );
    await allow(rig.world.makeKey("eve"));
    expect(await said("an unknown key", enroll("build1", ...withSigners))).toContain(
      "no allowed signer has signed",
    );
    await allow(rig.ada);
    const other = fleet("hosts", "enroll", "build1", "-f", "/run/home/other.yaml", ...withSigners);
    await machines.desk.write("~/other.yaml", `name: other\n${text("a")}`);
    expect(await said("another fleet", other)).toContain("needs --source");
    const { desk } = machines;
    await desk.sh(
      "mkdir -p ~/bare ~/few && ln -sf /usr/bin/* ~/few/ && rm ~/few/git* && ls /run/fleet/bin | grep -c git || :",
    );
    expect(await said("no git", enroll("bare", ...withSigners))).toContain("git was not found");
    await desk.sh(
      `rm -f ~/few/loginctl && printf '#!/bin/sh\necho no\n' > ~/few/loginctl && chmod +x ~/few/loginctl`,
    );
    const endsAtLogout = enroll("fleeting", "--signers", "/run/home/signers");
    expect(await said("no consent without lingering", endsAtLogout)).toContain("loginctl enable-linger");
    const build2 = machines.host("build2");
    await declare(build2, stringify({ version: 1, agents: { own: { command: "exec sleep 1000" } } }));
    const watch = await startWatch(build2);
    await watch.settled();
    const beforeWatched = await machineState(build2);
    expect(await said("another watch", enroll("build2", ...withSigners))).toMatch(
      /build2: fleet mosaic is watched, as .*work\/fleet\.yaml says/,
    );
    expect(await machineState(build2)).toEqual(beforeWatched);
    await watch.stop();
    expect((await build2.run(["fleet", "destroy", "--yes"])).code).toBe(0);
    await build2.sh("rm -r ~/work/fleet.yaml");
    expect(results).toEqual({
      "no signers": 64,
      "no hosts": 64,
      "no address": 64,
      "a bad address": 65,
      "no consent": 64,
      "unreachable from there": 1,
      "an unknown key": 6,
      "another fleet": 64,
      "no git": 1,
      "no consent without lingering": 64,
      "another watch": 6,
    });
    expect((await states())[0]).toEqual(before[0]);
  });

  it("leaves a host not enrolled if it is killed in the middle, and completes it the next time", async () => {
    const build1 = machines.host("build1");
    // Another enrollment is under way. Its last part, the service, waits for the lock of the fleet.
    await build1.sh(
      "mkdir -p /run/user/$UID/mosaic-fleet; for each in lock enroll; do systemd-run --user --quiet --unit=$each flock /run/user/$UID/mosaic-fleet/mosaic.$each sleep 1000; done",
    );
    const cut = enroll("build1", ...withSigners);
    await until(
      "it waits for the other one",
      async () => (await build1.run(["pgrep", "-f", "flock --wait 60 "])).code === 0,
      enrollmentMs,
    );
    expect(await build1.sh("ls ~/.config/mosaic/fleet 2>/dev/null || :")).toBe("");
    await build1.sh("systemctl --user stop enroll");
    await until(
      "source.yaml is written",
      async () => (await build1.run(["test", "-e", "/run/home/.config/mosaic/fleet/source.yaml"])).code === 0,
      enrollmentMs,
    );
    await build1.sh("pkill -KILL -f __remote");
    const { code, stderr } = await cut;
    expect([code, stderr]).toEqual([1, expect.stringContaining("the run ended in the middle")]);
    await build1.sh("systemctl --user stop lock");
    expect(await build1.sh("systemctl --user is-active mosaic-fleet || :")).toBe("inactive\n");
    expect((await fleet("hosts", "sync", "build1")).stdout).toMatch(/failed/);
  });

  it("lets hosts pull from then on, tells the one that is down, and does nothing the second time", async () => {
    const { code, stdout, stderr } = await enroll("build*,gone", ...withSigners);
    expect([code, stderr]).toEqual([7, expect.stringContaining("gone: unreachable")]);
    expect(stdout).toMatch(/^build1, build2:\nEnrolled: fleet mosaic follows main of git:/m);
    const first = rig.world.sh("git rev-parse HEAD");
    expect((await fleet("hosts", "sync", "build*")).code).toBe(0);
    await applied(first);
    const boxes = names.map((name) => machines.host(name));
    // The service needs nothing that a push may sweep.
    for (const box of boxes) {
      expect(await box.sh("grep -c .cache/ ~/.config/systemd/user/mosaic-fleet.service || :")).toBe("0\n");
      expect(await box.sh("stat -c %a ~/.config/mosaic/fleet/{source.yaml,allowed_signers}")).toBe(
        "600\n600\n",
      );
    }
    const before = await states();
    const again = await enroll("build*", ...withSigners);
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^build1, build2:\nNo changes\. Fleet mosaic follows main of git:/),
    ]);
    expect(await states()).toEqual(before);
    const revision = push("b");
    const synced = await fleet("hosts", "sync", "build*");
    expect(synced.stdout).toMatch(
      new RegExp(`\\nin line +${revision.slice(0, 10)} +\\S+ +build1, build2\\n`),
    );
  });

  it("renews changed signers without touching an agent, and keeps them if the repository is unreachable", async () => {
    const boxes = names.map((name) => machines.host(name));
    const before = await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")));
    await allow(rig.ada, rig.world.makeKey("grace"));
    rig.daemon.stop();
    const unreachable = await enroll("build1", ...withSigners);
    expect([unreachable.code, unreachable.stderr]).toEqual([
      1,
      expect.stringContaining("the source cannot be fetched"),
    ]);
    await rig.daemon.start();
    expect(await boxes[0]?.sh("grep -c grace ~/.config/mosaic/fleet/allowed_signers || :")).toBe("0\n");
    const renewed = await enroll("build*", "--interval", "5m", ...withSigners);
    expect([renewed.code, renewed.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^build1, build2:\n~ source: interval: 1m → 5m\n\+ signers: grace@example\.org SHA256:/,
      ),
    ]);
    expect(await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")))).toEqual(before);
    const revision = push("b", "grace");
    expect((await fleet("hosts", "sync", "build*")).code).toBe(0);
    await applied(revision);
    expect(await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")))).toEqual(before);
  });

  it.runIf(isAsked)("renews the program with a newer version, and no agent notices", async () => {
    const boxes = names.map((name) => machines.host(name));
    const before = await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")));
    // The same program with another text counts as another version.
    await machines.desk.sh(`cp -r ${dirname(cli)} ~/newer && cd ~/newer
      mkdir ~/parts && tar xzf remote.tgz -C ~/parts && echo >> ~/parts/cli.js
      tar czf remote.tgz -C ~/parts . && sum=$(sha256sum remote.tgz)
      printf '{"hash":"%s","bytes":%s}' "\${sum%% *}" "$(stat -c %s remote.tgz)" > remote.json`);
    const program = JSON.parse(await machines.desk.sh("cat ~/newer/remote.json")) as { hash: string };
    const words = [
      "hosts",
      "enroll",
      "build*",
      "--source",
      rig.daemon.addressOf("fleet.git"),
      "--interval",
      "5m",
    ];
    const renewed = await machines.desk.run(["node", "/run/home/newer/cli.js", ...words, ...withSigners], {
      cwd: "/run/home/work",
      timeoutMs: 200_000,
    });
    expect([renewed.code, renewed.stdout], renewed.stderr).toEqual([
      0,
      expect.stringMatching(/^build1, build2:\n~ watch: /),
    ]);
    for (const box of boxes)
      expect(await box.sh("ls ~/.local/share/mosaic-fleet/programs")).toBe(`${program.hash}\n`);
    expect(await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")))).toEqual(before);
    expect((await fleet("hosts", "sync", "build*")).code).toBe(0);
  });

  it("lets one machine steer the sources of hosts: it shows, pins and unpins them", async () => {
    const [newest = "", older = ""] = rig.world.sh("git log -2 --format=%H").split("\n");
    const pin = await fleet("source", "pin", older, "--host", "build*,gone", "--yes");
    expect([pin.code, pin.stdout.match(/^build1, build2:$/gm)?.length], pin.stderr).toEqual([7, 2]);
    expect(pin.stdout).toMatch(new RegExp(`No changes\\.[^]*Pinned: ${older.slice(0, 10)}\\.`));
    expect(pin.stderr).toContain("gone: unreachable");
    const status = await fleet("source", "status", "--host", "build*");
    expect([status.code, status.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`\\npinned +\\S+ +${newest.slice(0, 10)} +build1, build2\\n`)),
    ]);
    const unpin = await fleet("source", "unpin", "--host", "build*", "--yes", "--json");
    const { hosts: ends } = JSON.parse(unpin.stdout) as {
      hosts: Record<string, { result: { pin: unknown } }>;
    };
    expect([unpin.code, ends["build1"]?.result.pin, ends["build2"]?.result.pin]).toEqual([0, null, null]);
    // Somebody has rewritten the history: nobody takes it before a person does.
    rig.world.sh("git reset -q --hard HEAD~1 && git push -qf origin HEAD:main");
    const rewritten = push("c");
    const held = await fleet("hosts", "sync", "build*");
    expect([held.code, held.stdout]).toEqual([6, expect.stringMatching(/\nrewritten .* build1, build2\n/)]);
    const accept = await fleet("source", "accept", rewritten, "--host", "build*", "--yes");
    expect([accept.code, accept.stdout], accept.stderr).toEqual([
      0,
      expect.stringMatching(new RegExp(`^build1, build2:\nAccepted: ${rewritten.slice(0, 10)}`, "m")),
    ]);
    expect((await fleet("hosts", "sync", "build*")).code).toBe(0);
    await applied(rewritten);
    const enrolled = await fleet("source", "unenroll", "--host", "build1");
    expect([enrolled.code, enrolled.stderr]).toEqual([
      64,
      expect.stringContaining("fleet hosts unenroll build1"),
    ]);
  });

  it("ends it again, and the agents go on", async () => {
    const boxes = names.map((name) => machines.host(name));
    const before = await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")));
    const blocked = await fleet("apply", "--host", "build*", "--yes");
    expect(blocked.code).toBe(6);
    const ended = await fleet("hosts", "unenroll", "build*", "--yes");
    expect([ended.code, ended.stdout], ended.stderr).toEqual([
      0,
      expect.stringMatching(/^build1, build2:\nFleet mosaic follows no source any more\./m),
    ]);
    for (const box of boxes) {
      expect(await box.sh("systemctl --user is-enabled mosaic-fleet 2>/dev/null || :")).not.toContain(
        "enabled",
      );
      expect(await box.sh("ls ~/.config/mosaic/fleet ~/.local/share/mosaic-fleet/programs")).not.toMatch(
        /source\.yaml|allowed_signers|[0-9a-f]{64}/,
      );
    }
    expect(await Promise.all(boxes.map((box) => pid(box, "mosaic-agent@worker")))).toEqual(before);
    expect((await fleet("hosts", "unenroll", "build*", "--yes")).stdout).toContain("No changes.");
    const pushed = await fleet("apply", "--host", "build*", "--yes");
    expect(pushed.code).toBe(0);
  });
});
