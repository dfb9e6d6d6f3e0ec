import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";
import { life, overlapsOf, runningOn } from "../../support/hosts/lives.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";

/** `npm run hosts -- --kills FROM-TO` asks for these kills, each of something at some step of a move. */
const [from = 0, to = from] = (process.env["HOSTS_KILLS"] ?? "0").split("-").map(Number);
const isLong = to > 0;

/** Parts of a run over hosts that can be killed, see kill-line.mjs. */
const victims = ["controller", "ssh", "sshd", "program", "host"] as const;
type Victim = (typeof victims)[number];

/** The kill of the suite: the old host has ended the agent, and nobody tells the new one. */
const ofSuite = ["controller", "old 2 done"] as const;

interface Table {
  readonly places: Readonly<Record<string, string>>;
  readonly moves?: Readonly<Record<string, { readonly from: string; readonly to: string }>>;
  readonly removed?: Readonly<Record<string, readonly string[]>>;
}

describe.skipIf(!hasSshd)("a move that something is killed in", { timeout: 3_600_000 }, () => {
  const names = ["build1", "build2"] as const;
  const machines = useSshHosts(names);
  const folder = "/run/home/kills";
  let [old, next] = names as readonly [string, string];

  const connect = (name: string): object => ({
    connect: ["node", "/run/home/kill-line.mjs", folder, name],
  });
  const declareAgents = (agents: Readonly<Record<string, object>>): Promise<void> =>
    declare(
      machines.desk,
      stringify({
        version: 1,
        hosts: Object.fromEntries(names.map((name) => [name, connect(name)])),
        defaults: { onChange: "restart" },
        agents,
      }),
    );
  const coder = { command: life, hosts: { spread: "all" } };
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 100_000 });
  const apply = ["apply", "--yes", "--allow-remove-all", "--json", "--host", "all"];
  const table = async (): Promise<Table> =>
    JSON.parse(await machines.desk.sh("cat ~/work/fleet.place.json")) as Table;
  const placeOf = async (agent: string): Promise<string> => {
    const { places, moves } = await table();
    return places[agent] ?? JSON.stringify(moves?.[agent]);
  };
  const overlaps = (): Promise<readonly string[]> =>
    overlapsOf(machines.host("build1"), machines.host("build2"));
  /** Orders a move of the agent to the other host, and returns the steps of the last run. */
  const order = async (): Promise<void> => {
    const given = await fleet("place", "--write", "--drain", old, "--undrain", next);
    expect([given.code, await placeOf("coder")]).toEqual([0, JSON.stringify({ from: old, to: next })]);
  };
  const steps = async (): Promise<readonly string[]> =>
    linesOf(await machines.desk.sh(`cat ${folder}/log`)).map((line) =>
      line.replace(old, "old").replace(next, "new"),
    );
  /** Ends a move: by further runs, and by the table. */
  const finish = async (): Promise<void> => {
    await machines.desk.sh(`rm -f ${folder}/*`);
    await until("a further run ends the move", async () => (await fleet(...apply)).code === 0, 60_000);
    expect((await fleet("place", "--write")).code).toBe(0);
    expect([await runningOn(machines.host(old)), await runningOn(machines.host(next))]).toEqual([
      [],
      ["coder"],
    ]);
    expect([await placeOf("coder"), await overlaps()]).toEqual([next, []]);
    [old, next] = [next, old];
  };

  beforeAll(async () => {
    const { desk } = machines;
    await desk.write(
      "~/kill-line.mjs",
      readFileSync(new URL("../../support/hosts/kill-line.mjs", import.meta.url), "utf8"),
    );
    await desk.sh(`mkdir ${folder}`);
    await declareAgents({ coder });
    expect((await fleet("place", "--write", "--drain", "build2")).code).toBe(0);
    expect((await fleet(...apply)).code).toBe(0);
    await machines.desk.sh(`rm -f ${folder}/*`);
    const first = await placeOf("coder");
    if (first === "build2") [old, next] = [next, old];
  });

  /** Moves the agent with one kill, and looks at both machines and the table after it. */
  const moveWithKill = async (what: Victim, step: string): Promise<void> => {
    const began = performance.now();
    await order();
    const at = step.replace("old", old).replace("new", next);
    await machines.desk.sh(`rm -f ${folder}/*`);
    await machines.desk.write(`${folder}/kill`, JSON.stringify({ at, what }));
    const killed = await machines.desk.run(["fleet", ...apply], { timeoutMs: 100_000 });
    const reached = await steps();
    // The table knows no more than the hosts have told.
    const asked = await fleet("place", "--write");
    expect([0, 7]).toContain(asked.code);
    const place = await placeOf("coder");
    const story = `${what} at ${step}: exit ${killed.code}, then ${place}`;
    if (place === next) expect([story, await runningOn(machines.host(old))]).toEqual([story, []]);
    else expect(place).toBe(JSON.stringify({ from: old, to: next }));
    expect([story, reached]).toEqual([story, expect.arrayContaining([step])]);
    await finish();
    if (isLong) console.log(`${story}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  };

  it.skipIf(isLong)("ends once, and starts once, if the command is killed between the two", async () => {
    await moveWithKill(...ofSuite);
  });

  it.runIf(isLong)("ends once, and starts once, whatever is killed at any step", async () => {
    await order();
    await until("a run without a kill succeeds", async () => {
      await machines.desk.sh(`rm -f ${folder}/*`);
      const { code, stdout } = await fleet(...apply);
      if (code !== 0) throw new Error(stdout);
      return true;
    });
    const all = await steps();
    await finish();
    const pairs = inFixedOrder(
      all
        .filter((each) => !/ (?:open|beat)$/.test(each))
        .flatMap((step) => victims.map((what) => [what, step] as const)),
    );
    const problems: string[] = [];
    for (const [at, [what, step]] of pairs.slice(from - 1, to).entries()) {
      const number = `${from + at} of ${pairs.length}`;
      console.log(`kill ${number}: ${what} at ${step}`);
      await moveWithKill(what, step).catch(async (error: unknown) => {
        problems.push(`${number}: ${String(error)}`);
        console.log(`kill ${problems.at(-1) ?? ""}`);
        await finish();
      });
    }
    expect(problems).toEqual([]);
  });

  it.runIf(isLong)(
    "is not begun by a host that slept since its request, after the command was killed",
    async () => {
      await order();
      await machines.desk.sh(`rm -f ${folder}/*`);
      // The second connection to the old host has the change.
      await machines.desk.write(
        `${folder}/kill`,
        JSON.stringify({ at: "OLD 2 host".replace("OLD", old), what: "sleep" }),
      );
      const killed = await machines.desk.run(["fleet", ...apply], { timeoutMs: 100_000 });
      expect(killed.code).not.toBe(0);
      const program = async (): Promise<string> =>
        (await machines.host(old).sh("pgrep -f '__remot[e] ' || :")).trim();
      expect(await program()).not.toBe("");
      await until(
        "the host has woken up, and its program has ended",
        async () => (await program()) === "",
        90_000,
      );
      expect([await runningOn(machines.host(old)), await runningOn(machines.host(next))]).toEqual([
        ["coder"],
        [],
      ]);
      await finish();
    },
  );

  it("waits for its old host, too, if the agent was removed and declared again while that was down", async () => {
    await machines.desk.sh(`touch ${folder}/down-${old}`);
    await declareAgents({});
    const removed = await fleet("place", "--write");
    expect([removed.code, (await table()).removed]).toEqual([7, { coder: [old] }]);
    await declareAgents({ coder });
    const again = await fleet("place", "--write", "--drain", old, "--undrain", next);
    expect([again.code, await placeOf("coder")]).toEqual([7, JSON.stringify({ from: old, to: next })]);
    const held = await fleet(...apply);
    expect([held.code, await runningOn(machines.host(next))]).toEqual([7, []]);
    expect(await runningOn(machines.host(old))).toEqual(["coder"]);
    await finish();
  });
});

/** Returns the kills in an order that looks random, and is the same in each run: so the rest of them can follow later. */
function inFixedOrder(list: readonly (readonly [Victim, string])[]): typeof list {
  const keyOf = (kill: readonly [Victim, string]): string =>
    createHash("sha256").update(kill.join(" at ")).digest("hex");
  return list.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
