import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { life, overlapsOf, runningOn } from "../../support/hosts/lives.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { serveGitByDaemon, type GitDaemon } from "../../support/source/git-servers.ts";
import { openSourceWorld, type SourceWorld } from "../../support/source/source-world.ts";

/** The time for a watch on a busy machine, ms. */
const slow = 150_000;

/** `npm run hosts -- --moves` asks for it: it takes long. */
const isAsked = hasSshd && process.env["HOSTS_COUNT"] !== undefined;

interface Source {
  readonly placed: string | null;
  readonly applied: { readonly revision: string } | null;
  readonly pin: { readonly revision: string } | null;
}

describe.skipIf(!isAsked)("agents that move between machines that pull", { timeout: 400_000 }, () => {
  const names = ["build1", "build2", "build3"] as const;
  const machines = useSshHosts(names);
  let world: SourceWorld;
  let daemon: GitDaemon;
  /** The first revision: coder-1 is on build1. */
  let first = "";

  const text = stringify({
    version: 1,
    hosts: { build1: {}, build2: {}, build3: {} },
    defaults: { onChange: "restart" },
    agents: {
      coder: { command: life, replicas: 2, hosts: { spread: "all" } },
      keeper: { command: "exec sleep 100000", hosts: "all" },
    },
  });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 200_000 });
  const table = async (): Promise<{ places: Record<string, string>; moves?: object }> =>
    JSON.parse(await machines.desk.sh("cat ~/work/fleet.place.json")) as never;
  /** Commits the table of the desk. */
  const publish = async (subject: string): Promise<string> => {
    world.write("fleet.place.json", await machines.desk.sh("cat ~/work/fleet.place.json"));
    return world.push(subject);
  };
  const sync = async (host: string): Promise<void> => {
    const { code, stdout, stderr } = await fleet("hosts", "sync", host);
    expect(code, stdout + stderr).toBe(0);
  };
  const coders = async (host: string): Promise<readonly string[]> =>
    (await runningOn(machines.host(host))).filter((name) => name !== "keeper");
  const awaited = (host: string, ...agents: readonly string[]): Promise<unknown> =>
    until(
      `${host} has ${agents.join(" and ") || "none"}`,
      async () => (await coders(host)).join() === agents.join() || undefined,
      slow,
    );
  const watch = (host: string, what: "start" | "stop"): Promise<string> =>
    machines.host(host).sh(`systemctl --user ${what} mosaic-fleet`);
  const overlaps = async (): Promise<readonly string[]> => {
    const [one, two, three] = names.map((name) => machines.host(name));
    if (one === undefined || two === undefined || three === undefined) return ["a machine is missing"];
    return (await Promise.all([overlapsOf(one, two), overlapsOf(one, three), overlapsOf(two, three)])).flat();
  };
  const cut = async (host: string, ...lines: readonly string[]): Promise<void> => {
    await machines.configure(host, ...lines);
    await machines.closeShared();
  };

  beforeAll(async () => {
    world = openSourceWorld();
    daemon = await serveGitByDaemon(world.home);
    await declare(machines.desk, text);
    const places = { formatVersion: "1.0", places: { "coder-1": "build1", "coder-2": "build2" } };
    await machines.desk.write("~/work/fleet.place.json", JSON.stringify(places));
    world.write("fleet.yaml", text);
    first = await publish("Begin");
    await machines.desk.write(
      "~/signers",
      world.sh(`cat ${world.home}/.config/mosaic/fleet/allowed_signers`),
    );
    const source = ["--source", daemon.addressOf("fleet.git"), "--interval", "1h"];
    const enrolled = await fleet(
      "hosts",
      "enroll",
      "all",
      ...source,
      "--signers",
      "/run/home/signers",
      "--yes",
    );
    expect(enrolled.code, enrolled.stdout + enrolled.stderr).toBe(0);
    await sync("all");
    await awaited("build1", "coder-1");
    await awaited("build2", "coder-2");
  });
  afterAll(() => {
    daemon.stop();
    world.remove();
  });

  /** Waits until a host has a revision in place, and nothing more to do for it. */
  const followed = (host: string, revision: string): Promise<unknown> =>
    until(
      `${host} has applied ${revision}`,
      async () => {
        const box = machines.host(host);
        const source = await box.run(["fleet", "source", "status", "--json"]);
        // The plan comes second: it has to be about the file that is in place.
        const plan = await box.run(["fleet", "plan", "--json"]);
        const { placed, applied, pin } = JSON.parse(source.stdout) as Source;
        const { actions } = JSON.parse(plan.stdout) as { actions: readonly unknown[] };
        return placed === revision && actions.length === 0 && (pin ?? applied)?.revision === revision;
      },
      slow,
    );
  const moving = async (): Promise<readonly string[]> => Object.keys((await table()).moves ?? {});
  const pid = (host: string, agent: string): Promise<string> =>
    machines.host(host).sh(`systemctl --user show -p MainPID --value mosaic-agent@${agent}`);

  it("do not count as ended on a host that would start them again from an older revision", async () => {
    const build1 = machines.host("build1");
    await watch("build1", "stop");
    expect((await fleet("place", "--write", "--drain", "build1,build3")).code).toBe(0);
    const move = await publish("Move coder-1");
    // While the watch is not there, somebody ends it by a push, but the fetched file of that host still has it.
    const pushed = await fleet("apply", "--yes", "--host", "build1");
    expect(pushed.code, pushed.stdout + pushed.stderr).toBe(0);
    await awaited("build1");
    const early = await fleet("place", "--write");
    expect([early.code, early.stderr, await moving()]).toEqual([
      0,
      expect.stringMatching(/coder-1 does not count as ended on build1[^]*follows a file that still has it/),
      ["coder-1"],
    ]);
    await watch("build1", "start");
    await awaited("build1", "coder-1");
    await sync("build1");
    await followed("build1", move);
    expect(await coders("build1")).toEqual([]);
    // A pin to an earlier revision would bring it back, so it is not the end either.
    await watch("build1", "stop");
    const pinned = await build1.run(["fleet", "source", "pin", first, "--yes"]);
    expect(pinned.code, pinned.stdout + pinned.stderr).toBe(0);
    expect(pinned.stdout).toMatch(/coder-1/);
    const other = await fleet("place", "--write");
    expect([other.stdout + other.stderr, await moving()]).toEqual([
      expect.stringContaining("build1 is pinned to another revision"),
      ["coder-1"],
    ]);
    expect((await build1.run(["fleet", "source", "unpin"])).code).toBe(0);
    expect((await fleet("place", "--write")).stdout).toContain("has ended on build1");
    expect(await moving()).toEqual([]);
  });

  it("start on a host that has seen nothing of the move, and not again on the old one by a pin or a revert", async () => {
    const build1 = machines.host("build1");
    await watch("build1", "start");
    const moved = await publish("Let coder-1 arrive");
    await Promise.all([sync("build1"), sync("build2")]);
    await awaited("build2", "coder-1", "coder-2");
    const before = await pid("build2", "coder-1");
    expect((await build1.run(["fleet", "source", "pin", first, "--yes"])).code).toBe(0);
    await followed("build1", first);
    expect(await build1.sh("fleet status")).toMatch(/coder-1.*build2/);
    expect(await coders("build1")).toEqual([]);
    expect((await build1.run(["fleet", "source", "unpin"])).code).toBe(0);
    await followed("build1", moved);
    world.sh(`git show ${first}:fleet.place.json > fleet.place.json`);
    const reverted = world.push("Revert the move by hand");
    // build2 has not seen it, and still runs the agent.
    await sync("build1");
    await followed("build1", reverted);
    expect([await coders("build1"), await pid("build2", "coder-1")]).toEqual([[], before]);
    await publish("Take that back");
    await Promise.all([sync("build1"), sync("build2")]);
    expect([await coders("build1"), await pid("build2", "coder-1")]).toEqual([[], before]);
    expect(await overlaps()).toEqual([]);
  });
  it("go on without a host that is down during the move, and leave a lost one", async () => {
    const order = ["place", "--write", "--undrain", "build1,build3", "--drain", "build2"];
    expect((await fleet(...order)).stdout).toMatch(/coder-1 build2 → build1[^]*coder-2 build2 → build3/);
    const move = await publish("Drain build2");
    await Promise.all([sync("build1"), sync("build3")]);
    const between = await fleet("status", "--host", "all");
    expect(between.stdout).toMatch(/coder-1.*build2/);
    expect((await fleet("hosts")).stdout).toMatch(/build2/);
    await cut("build2", "IdentityFile /dev/null", "IdentitiesOnly yes");
    expect((await fleet("hosts", "sync", "all")).code).toBe(7);
    const down = await fleet("place", "--write");
    expect([down.code, await moving()]).toEqual([7, ["coder-1", "coder-2"]]);
    expect(down.stderr).toContain("build2: unreachable");
    // It pulls by itself, and nobody can ask it.
    await machines.host("build2").sh("systemctl --user reload mosaic-fleet");
    await followed("build2", move);
    expect([await coders("build1"), await coders("build2"), await coders("build3")]).toEqual([[], [], []]);
    expect([(await fleet("place", "--write")).code, await moving()]).toEqual([7, ["coder-1", "coder-2"]]);
    await cut("build2");
    expect([(await fleet("place", "--write")).code, await moving()]).toEqual([0, []]);
    await publish("Let both arrive");
    await sync("all");
    await Promise.all([awaited("build1", "coder-1"), awaited("build3", "coder-2")]);
    // The machine of build3 goes for ever.
    await watch("build3", "stop");
    await machines.host("build3").sh("systemctl --user stop mosaic-agent@coder-2");
    await cut("build3", "IdentityFile /dev/null", "IdentitiesOnly yes");
    expect((await fleet("place", "--write", "--lost", "build3", "--undrain", "build2")).code).toBe(0);
    expect((await table()).places["coder-2"]).toBe("build2");
    const rescued = await publish("Leave build3");
    await Promise.all([sync("build1"), sync("build2")]);
    await followed("build2", rescued);
    await awaited("build2", "coder-2");
    expect(await coders("build1")).toEqual(["coder-1"]);
    expect(await overlaps()).toEqual([]);
  });
});
