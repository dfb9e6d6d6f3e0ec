import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import { until } from "../../support/rig/until.ts";

/** Per cent of all packets. `npm run hosts -- --loss N` sets it, in a network that loses them. */
const loss = process.env["HOSTS_LOSS"];
const rounds = 4;
const replicas = 4;

/** Prints the numbers of segments that were sent, and sent again, in this network. */
const columns = "awk '/^Tcp:/ { print $12, $13 }' /proc/net/snmp | tail -1";

interface HostsRun {
  readonly hosts: Record<string, { readonly state: string; readonly code: number | null }>;
}

describe.skipIf(!hasSshd || loss === undefined)(
  "changes over a network with loss",
  { timeout: 1_800_000 },
  () => {
    const names = ["build1", "build2", "build3", "build4"];
    const machines = useSshHosts(names);
    /** Declares agents whose start leaves their number. */
    const declareNumber = (number: number): Promise<void> =>
      declare(
        machines.desk,
        stringify({
          version: 1,
          hosts: Object.fromEntries(names.map((name) => [name, {}])),
          defaults: { onChange: "restart", hosts: "all" },
          agents: {
            worker: {
              command: "echo $N >> ~/starts-$MOSAIC_AGENT_NAME; exec sleep 1000",
              env: { N: String(number) },
              replicas,
            },
          },
        }),
      );
    const startsOn = async (name: string): Promise<readonly string[]> =>
      linesOf(await machines.host(name).sh("grep -H . ~/starts-* | sed 's/.*starts-//'"));
    const sent = async (): Promise<readonly number[]> =>
      (await machines.desk.sh(columns)).trim().split(" ").map(Number);

    it("are each made once, and each host ends in its true state", async () => {
      const [out = 0, again = 0] = await sent();
      const ends = new Map<string, number>();
      for (let number = 1; number <= rounds; number += 1) {
        await declareNumber(number);
        // Each second round has new connections.
        if (number % 2 === 0) await machines.closeShared();
        await until(
          `all hosts have change ${number}`,
          async () => {
            const began = performance.now();
            const words = ["fleet", "apply", "--yes", "--json", "--host", "all"];
            const ran = await machines.desk.run(words, { timeoutMs: 300_000 });
            const { hosts } = JSON.parse(ran.stdout) as HostsRun;
            const seconds = ((performance.now() - began) / 1000).toFixed(1);
            const states = Object.values(hosts).map(({ state, code }) => `${state} ${code}`);
            for (const state of states) ends.set(state, (ends.get(state) ?? 0) + 1);
            console.log(`change ${number}: exit ${ran.code} after ${seconds} s: ${states.join(", ")}`);
            return ran.code === 0;
          },
          900_000,
        );
      }
      const expected = Array.from({ length: replicas }, (_, at) =>
        Array.from({ length: rounds }, (_each, number) => `worker-${at + 1}:${number + 1}`),
      ).flat();
      for (const name of names)
        await until(`each agent on ${name} has started once for each change`, async () => {
          expect(await startsOn(name)).toEqual(expected);
          return true;
        });
      const [outAfter = 0, againAfter = 0] = await sent();
      const share = ((againAfter - again) / (outAfter - out)) * 100;
      console.log(
        `${loss} % loss: ${JSON.stringify(Object.fromEntries(ends))}; ${outAfter - out} segments, ${share.toFixed(1)} % sent again`,
      );
      expect(againAfter).toBeGreaterThan(again);
    });
  },
);
