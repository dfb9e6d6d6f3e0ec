import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { life, overlapsOf, runningOn } from "../../support/hosts/lives.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";

/** False for the proofs that take long: `npm run hosts` asks for them. */
const isShort = process.env["HOSTS_COUNT"] === undefined;

describe.skipIf(!hasSshd)("agents that move between machines", () => {
  const names = ["build1", "build2"] as const;
  const machines = useSshHosts(names, { hasProgram: true });
  const text = (more: object = {}, hosts: object = {}): string =>
    stringify({
      version: 1,
      hosts: { build1: {}, build2: {}, ...hosts },
      defaults: { onChange: "restart", stopTimeout: "60s" },
      agents: { coder: { command: life, replicas: 4, hosts: { spread: ["build1", "build2"] } }, ...more },
    });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 100_000 });
  const running = (host: string): Promise<readonly string[]> => runningOn(machines.host(host));
  const table = async (): Promise<{ places: Record<string, string>; moves?: object; drained?: object }> =>
    JSON.parse(await machines.desk.sh("cat ~/work/fleet.place.json")) as never;
  const onlyOn = async (host: string): Promise<boolean> =>
    Object.values((await table()).places).every((each) => each === host);
  const cut = async (host: string, ...lines: readonly string[]): Promise<void> => {
    await machines.configure(host, ...lines);
    await machines.closeShared();
  };
  const overlaps = (): Promise<readonly string[]> =>
    overlapsOf(machines.host("build1"), machines.host("build2"));

  beforeAll(async () => {
    await declare(machines.desk, text());
    expect((await fleet("place")).stdout).toMatch(/4 new\.\n/);
    expect(await machines.desk.sh("ls ~/work")).not.toContain("place.json");
    expect((await fleet("apply", "--yes", "-q", "--host", "all")).code).toBe(0);
    const written = await fleet("place", "--write");
    expect([written.code, written.stderr]).toEqual([0, "fleet.place.json is written.\n"]);
  });

  it("stay where they are when the table comes, and when a host comes", async () => {
    expect((await fleet("apply", "--yes", "--host", "all")).stdout).toMatch(/^build1, build2:\nNo changes\./);
    await declare(
      machines.desk,
      text({ coder: { command: life, replicas: 4, hosts: { spread: "all" } } }, { build3: {} }),
    );
    expect((await fleet("place")).stdout).toContain("fleet.place.json fits fleet.yaml.");
    expect((await fleet("apply", "--yes", "--host", "build1,build2")).stdout).toContain("No changes.");
    // A new agent needs a place, on any way to the hosts.
    await declare(machines.desk, text({ extra: { command: life, hosts: { spread: "all" } } }));
    const { code, stderr } = await fleet("apply", "--yes", "--host", "build1");
    expect([code, stderr]).toEqual([65, expect.stringContaining('agent "extra" has no place')]);
    await declare(machines.desk, text());
  });

  it("count as ended elsewhere by the word of a person, unless another host has them", async () => {
    const path = `${machines.desk.home}/work/fleet.place.json`;
    const before = await machines.desk.read(path);
    const nobody = await fleet("place", "--write", "--ended", "nobody");
    expect([nobody.code, nobody.stderr]).toEqual([64, expect.stringContaining("has no place in the table")]);
    const told = await fleet("place", "--write", "--ended", "coder-1");
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining("certainly on no other host")]);
    expect(await table()).toHaveProperty("since.coder-1");
    const { places } = JSON.parse(before) as { places: Record<string, string> };
    const wrong = { ...places, "coder-1": places["coder-1"] === "build1" ? "build2" : "build1" };
    await machines.desk.write(path, JSON.stringify({ formatVersion: "1.0", places: wrong }));
    const refused = await fleet("place", "--write", "--ended", "coder-1");
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining("coder-1 is still on build")]);
    await machines.desk.write(path, before);
  });

  it("end on the old host before they start on the new one, in one run", async () => {
    const before = await running("build1");
    expect(before.length).toBeGreaterThan(0);
    const ordered = await fleet("place", "--write", "--drain", "build1");
    expect([ordered.code, ordered.stdout]).toEqual([0, expect.stringContaining("build1 takes no agents")]);
    // Neither host alone starts them.
    const alone = await fleet("apply", "--yes", "--host", "build2");
    expect([alone.code, alone.stderr]).toEqual([7, expect.stringContaining("which is not in this run")]);
    expect(await running("build1")).toEqual(before);
    // Nobody ends an agent for a host that could not start it.
    await cut("build2", "IdentityFile /dev/null", "IdentitiesOnly yes");
    const stranded = await fleet("apply", "--yes", "--allow-remove-all", "--host", "all");
    expect([stranded.code, stranded.stderr, await running("build1")]).toEqual([
      7,
      expect.stringMatching(/build1: coder-.* would end, and build2 could not start/),
      before,
    ]);
    await cut("build2");
    const early = await fleet("place", "--write");
    expect([early.code, Object.keys((await table()).moves ?? {}).toSorted()]).toEqual([0, before]);
    const saved = await fleet("plan", "--allow-remove-all", "--out", "moves.json", "--host", "all");
    expect([saved.code, await running("build1")]).toEqual([0, before]);
    // The same holds for a saved plan.
    await cut("build2", "IdentityFile /dev/null", "IdentitiesOnly yes");
    const cutOff = await fleet("apply", "moves.json");
    expect([cutOff.code, cutOff.stderr, await running("build1")]).toEqual([
      7,
      expect.stringMatching(
        /build1: coder-.* would end, and build2 could not start.*on build1, which has changed nothing/s,
      ),
      before,
    ]);
    await cut("build2");
    const { code, stdout } = await fleet("apply", "--json", "moves.json");
    const { moves } = JSON.parse(stdout) as { moves: readonly { agent: string; state: string }[] };
    expect([code, moves.map(({ agent, state }) => `${agent} ${state}`).toSorted()]).toEqual([
      0,
      before.map((name) => `${name} moved`),
    ]);
    expect([await running("build1"), (await running("build2")).length]).toEqual([[], 4]);
    expect(await overlaps()).toEqual([]);
    // A host that applies the file by itself leaves arrived agents alone.
    expect((await fleet("plan", "--host", "all")).stdout).toContain("No changes.");
    expect((await fleet("place", "--write")).code).toBe(0);
    expect([await onlyOn("build2"), (await table()).drained]).toEqual([true, ["build1"]]);
  });

  it.skipIf(isShort)("do not start while the old host does not answer", async () => {
    const back = await fleet("place", "--write", "--undrain", "build1", "--rebalance", "--max-moves", "1");
    expect(back.stdout).toContain("it balances the hosts");
    await cut("build2", "IdentityFile /dev/null", "IdentitiesOnly yes");
    const { code, stderr } = await fleet("apply", "--yes", "--host", "all");
    expect([code, stderr]).toEqual([
      7,
      expect.stringMatching(/build1 has not started coder-\d\n.*build2 does not answer/s),
    ]);
    expect([await running("build1"), (await running("build2")).length]).toEqual([[], 4]);
    const asked = await fleet("place", "--write");
    expect([asked.code, Object.keys((await table()).moves ?? {}).length]).toEqual([7, 1]);
    await cut("build2");
    expect((await fleet("apply", "--yes", "--host", "all")).code).toBe(0);
    expect((await running("build1")).length).toBe(1);
    expect((await fleet("place", "--write")).code).toBe(0);
    expect(await overlaps()).toEqual([]);
  });

  it.skipIf(isShort)(
    "run once when the command is killed in the middle, and the next one ends the move",
    async () => {
      const [build1, build2] = names.map((name) => machines.host(name));
      expect((await fleet("place", "--write", "--drain", "build1")).code).toBe(0);
      const [agent = ""] = await running("build1");
      await build1?.sh("touch ~/slow");
      const words = "fleet apply --yes --allow-remove-all --host all".split(" ");
      const killed = machines.desk.run(words, { timeoutMs: 100_000 });
      const unit = `systemctl --user show -p ActiveState --value mosaic-agent@${agent}.service`;
      await until("the old host ends it", async () => (await build1?.sh(unit)) === "deactivating\n");
      await machines.desk.sh("pkill -KILL -f '[a]pply --yes --allow-remove-all'");
      expect((await killed).code).not.toBe(0);
      // The old host still has it, so a second run starts nothing.
      const second = await fleet("apply", "--yes", "--allow-remove-all", "--host", "all");
      expect(second.code).not.toBe(0);
      expect([await running("build1"), (await running("build2")).includes(agent)]).toEqual([[agent], false]);
      await build1?.sh("rm ~/slow");
      await until("it has ended", async () => (await running("build1")).length === 0);
      await until("a run ends the move", async () => {
        const { code } = await fleet("apply", "--yes", "--allow-remove-all", "--host", "all");
        return code === 0;
      });
      expect((await build2?.sh(unit))?.trim()).toBe("active");
      expect(await overlaps()).toEqual([]);
      expect((await fleet("place", "--write")).code).toBe(0);
      expect(await onlyOn("build2")).toBe(true);
    },
  );

  it("are asked for on all hosts that may have them, without a table", async () => {
    await machines.desk.sh("rm ~/work/fleet.place.json");
    await declare(machines.desk, text({}, { build2: { drain: true } }));
    const alone = await fleet("apply", "--yes", "--host", "build1");
    expect([alone.code, alone.stderr]).toEqual([7, expect.stringContaining("which is not in this run")]);
    expect(await running("build1")).toEqual([]);
    // A saved plan starts nothing if another host may have the agent by now.
    const late = { late: { command: life, hosts: { spread: ["build1", "build2"] } } };
    await declare(machines.desk, text(late, { build2: { drain: true } }));
    expect((await fleet("plan", "late", "--out", "late.json", "--host", "all")).code).toBe(0);
    await cut("build2", "IdentityFile /dev/null", "IdentitiesOnly yes");
    const unsure = await fleet("apply", "late.json", "--host", "build1");
    expect([unsure.code, unsure.stderr, await running("build1")]).toEqual([
      3,
      expect.stringMatching(/build1: late\.json is stale.*build2 does not answer, and may still run it/s),
      [],
    ]);
    await cut("build2");
    const sure = await fleet("apply", "late.json", "--host", "build1");
    expect([sure.code, await running("build1")]).toEqual([0, ["late"]]);
    await declare(machines.desk, text({}, { build2: { drain: true } }));
    const both = await fleet("apply", "--yes", "--allow-remove-all", "--host", "all");
    expect(both.code).toBe(0);
    expect([(await running("build1")).length, await running("build2")]).toEqual([4, []]);
    expect(await overlaps()).toEqual([]);
  });
});
