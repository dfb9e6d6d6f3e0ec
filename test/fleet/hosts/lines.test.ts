import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";
import { openHostLine, type HostLine, type LineFault } from "../../support/hosts/host-line.ts";
import { seededRandom } from "../../support/hosts/seeded-random.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import { until } from "../../support/rig/until.ts";

const rounds = Number(process.env["HOSTS_CUTS"] ?? 0);

interface HostsRun {
  readonly hosts: Record<string, { state: string; code: number | null }>;
}

/** `npm run hosts -- --cuts N` asks for it: the suite cuts connections at a few places in cuts.test.ts. */
describe.skipIf(!hasSshd || rounds === 0)(
  "changes over bad lines",
  { timeout: 60_000 + rounds * 120_000 },
  () => {
    const names = ["build1", "build2"];
    const machines = useSshHosts(names);
    let line: HostLine;
    let number = 0;
    const declareNumber = (): Promise<void> =>
      declare(
        machines.desk,
        stringify({
          version: 1,
          hosts: { build1: {}, build2: {} },
          defaults: { onChange: "restart", hosts: "all" },
          agents: { worker: { command: "echo $N >> ~/starts; exec sleep 1000", env: { N: String(number) } } },
        }),
      );
    const starts = async (name: string): Promise<readonly number[]> =>
      linesOf(await machines.host(name).sh("cat ~/starts 2>/dev/null || :")).map(Number);
    const change = async (...faults: readonly (LineFault | undefined)[]) => {
      number += 1;
      await declareNumber();
      await machines.closeShared();
      line.plan(...faults);
      const ran = await machines.desk.run(["fleet", "apply", "--yes", "--json", "--host", "all"], {
        timeoutMs: 118_000,
      });
      return { exit: ran.code, passed: line.passed(), ...(JSON.parse(ran.stdout) as HostsRun) };
    };

    beforeAll(async () => {
      line = await openHostLine(machines.portOf("build1"));
      await machines.configure("build1", `Port ${line.port}`);
    });
    afterAll(() => line.close());

    it("have one true end on each host, wherever the line fails", async () => {
      expect((await change()).exit).toBe(0);
      const { passed } = await change();
      const expected: Record<string, number[]> = { build1: [1, 2], build2: [1, 2] };
      const ends = new Map<string, number>();
      const random = seededRandom();
      for (let round = 0; round < rounds; round += 1) {
        const kind = random() < 0.75 ? "cut" : "silence";
        const fault = { kind, afterBytes: Math.floor(random() * passed * 1.02) } as const;
        // Sometimes the connection after it fails too.
        const second = random() < 0.3 ? { ...fault, afterBytes: Math.floor(random() * passed) } : undefined;
        const { exit, hosts } = await change(fault, second);
        const { state = "none", code } = hosts["build1"] ?? {};
        const told = `${kind}: ${state} ${code}, exit ${exit}`;
        ends.set(told, (ends.get(told) ?? 0) + 1);
        expect(hosts["build2"], told).toMatchObject({ state: "done", code: 0 });
        expected["build2"]?.push(number);
        if (state === "done") expected["build1"]?.push(number);
        else expect([state, exit]).toEqual([expect.stringMatching(/^(?:unreachable|lost|not-begun)$/), 7]);
        for (const name of names)
          await until(
            `${name} has started what was told`,
            async () => (await starts(name)).length === expected[name]?.length,
          );
        expect([await starts("build1"), await starts("build2")], told).toEqual([
          expected["build1"],
          expected["build2"],
        ]);
      }
      console.log(`${rounds} changes over bad lines: ${JSON.stringify(Object.fromEntries(ends))}`);
      expect((await change()).exit).toBe(0);
    });
  },
);
