import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { bar } from "../../support/hosts/bars.ts";
import { accountOf } from "../../support/rig/accounts.ts";
import { openSandbox, type Sandbox } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { serveGitByDaemon, type GitDaemon } from "../../support/source/git-servers.ts";
import { openSourceWorld, type SourceWorld } from "../../support/source/source-world.ts";

/** `npm run hosts -- --pull N` asks for it: test/watch/git-source.test.ts has one machine. */
const count = Number(process.env["HOSTS_PULL"] ?? 0);
const intervalMs = 10_000;
/** `--outage M` makes it longer. */
const outageMs = Number(process.env["HOSTS_OUTAGE"] ?? 0) * 60_000 || 100_000;
/** The most tries of one machine: 10, 10, 20, 40, 80 s and so on after each other, give or take a tenth. */
const mostTries = Math.ceil(Math.log2(outageMs / intervalMs) + 3);

describe.skipIf(count < 2)("many machines that pull", { timeout: 3_600_000 }, () => {
  const names = Array.from({ length: count }, (_, at) => `build${at + 1}`);
  let world: SourceWorld;
  let boxes: readonly Sandbox[] = [];
  let daemon: GitDaemon;
  /** The times of fetches, ms. */
  const fetches: number[] = [];

  const text = (model: string): string =>
    stringify({
      version: 1,
      hosts: Object.fromEntries(names.map((name) => [name, {}])),
      defaults: { onChange: "restart" },
      agents: {
        worker: { command: "exec sleep 100000", env: { MODEL: model }, hosts: "all" },
        other: { command: "exec sleep 100000", hosts: "all" },
      },
    });
  const applied = async (box: Sandbox): Promise<string> => {
    const anchor = await box.read("~/.local/state/mosaic/fleet/source/anchor.json").catch(() => "{}");
    return (JSON.parse(anchor) as { revision?: string }).revision ?? "";
  };
  const allApplied = async (revision: string, deadlineMs: number): Promise<number> => {
    const began = performance.now();
    await until(
      `all have applied ${revision}`,
      async () => (await Promise.all(boxes.map(applied))).every((each) => each === revision),
      deadlineMs,
    );
    return performance.now() - began;
  };
  const pids = (): Promise<readonly string[]> =>
    Promise.all(
      boxes.map((box) => box.sh("systemctl --user show -p MainPID --value mosaic-agent@other.service")),
    );
  const push = (model: string): string => {
    world.write("fleet.yaml", text(model));
    return world.push(`Model ${model}`);
  };

  beforeAll(async () => {
    world = openSourceWorld();
    push("a");
    daemon = await serveGitByDaemon(world.home, () => void fetches.push(performance.now()));
    boxes = await Promise.all(names.map((_, at) => openSandbox({ uid: accountOf(at) })));
  }, 900_000);
  afterAll(async () => {
    daemon.stop();
    await Promise.all(boxes.map(async (box) => box.close()));
    world.remove();
  });

  it("apply each commit soon, at different moments, and go on without their server", async () => {
    const signers = world.sh(`cat ${world.home}/.config/mosaic/fleet/allowed_signers`);
    await Promise.all(
      boxes.map(async (box, at) => {
        await box.write("~/signers", `${signers}\n`);
        const address = daemon.addressOf("fleet.git");
        const options = [
          "--signers",
          "/run/home/signers",
          "--as",
          names[at] ?? "",
          "--interval",
          `${intervalMs}ms`,
        ];
        const ran = await box.run(["fleet", "source", "enroll", address, ...options, "--yes"], {
          timeoutMs: 300_000,
        });
        expect(ran.code, ran.stderr).toBe(0);
      }),
    );
    await allApplied(world.sh("git rev-parse HEAD"), 120_000);
    const before = await pids();

    fetches.length = 0;
    const quietFrom = performance.now();
    await pause(6 * intervalMs); // This waits for nothing: it measures how many fetches come in that time.
    const seconds = new Map<number, number>();
    for (const each of fetches) {
      const second = Math.floor((each - quietFrom) / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    bar(
      `5 to 7 fetches of each of ${count} machines in ${(6 * intervalMs) / 1_000} s`,
      `${fetches.length} in all`,
      fetches.length >= count * 5 && fetches.length <= count * 7,
    );
    const most = Math.max(...seconds.values());
    bar("no second has fetches of more than half of them", `at most ${most}`, most <= Math.max(3, count / 2));

    const told = await allApplied(push("b"), 120_000);
    bar(
      "a commit is applied on all of them within the interval and 10 s",
      inSeconds(told),
      told <= intervalMs + 10_000,
    );
    bar("no other agent is interrupted by it", "processes compared", isEqual(await pids(), before));

    daemon.stop();
    let tries = 0;
    const broken = createServer((socket) => {
      tries += 1;
      socket.destroy();
    });
    await until(
      "the port is free",
      () =>
        new Promise<boolean>((resolve) => {
          broken.once("error", () => resolve(false));
          broken.listen(daemon.port, "127.0.0.1", () => resolve(true));
        }),
    );
    const last = push("c");
    await pause(outageMs); // The length of the outage is what is tried: nothing ends it by itself.
    await new Promise<void>((resolve) => void broken.close(() => resolve()));
    bar(
      `3 to ${mostTries} tries of each machine in ${outageMs / 1_000} s without a server`,
      `${tries} in all, instead of ${(count * outageMs) / intervalMs}`,
      tries >= count * 3 && tries <= count * mostTries,
    );
    bar("no agent is interrupted by the outage", "processes compared", isEqual(await pids(), before));

    await daemon.start();
    // The last delay began within the outage, and is as long as it at most.
    const limitMs = 1.1 * outageMs + 120_000;
    const caughtUp = await allApplied(last, 2 * limitMs);
    bar(
      `all have caught up within ${inSeconds(limitMs)} after it is back`,
      inSeconds(caughtUp),
      caughtUp <= limitMs,
    );
    bar("no other agent is interrupted by that", "processes compared", isEqual(await pids(), before));
  });
});

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.join() === other.join();
}
