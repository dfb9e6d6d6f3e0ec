import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../../support/fleet/fleet.ts";
import { bar } from "../../../support/hosts/bars.ts";
import { hasSshd, useSshHosts, type SshHosts } from "../../../support/hosts/ssh-hosts.ts";
import { until } from "../../../support/rig/until.ts";

/** `npm run hosts -- --faults` asks for it: push.test.ts has some of these faults with two machines. */
const isAsked = process.env["HOSTS_FAULTS"] !== undefined;
const count = Number(process.env["HOSTS_COUNT"] ?? 0);
const agents = Number(process.env["HOSTS_AGENTS"] ?? 50);

/** The host with the fault. */
const bad = "build2";

interface HostsRun {
  readonly hosts: Record<
    string,
    {
      readonly state: string;
      readonly code: number | null;
      readonly diagnostics: readonly { summary: string; detail?: string; hint?: string }[];
    }
  >;
}

interface Fault {
  readonly what: string;
  readonly begin: (machines: SshHosts) => Promise<unknown>;
  readonly end: (machines: SshHosts) => Promise<unknown>;
  /** The words of ssh about the host; undefined if the fault is overcome. */
  readonly words: RegExp | undefined;
  /** The most time that it adds to a command, s. */
  readonly mostSeconds: number;
}

/** Three tries with two pauses of at most 2 s. */
const tries = 5;
/** A shared connection without an answer is given up after 3 s. */
const shared = 4;

const known = "~/.ssh/known_hosts";
const own = "ControlMaster auto\n  ControlPath ~/.ssh/own\n  ControlPersist 60";

/** Makes a shared connection to the host alone, and sends a signal to its master. */
const signalShared = async (machines: SshHosts, signal: string): Promise<void> => {
  await machines.closeShared();
  await machines.desk.sh(`fleet plan --host ${bad} >/dev/null
    path=$( (ls -d ~/.ssh/own /run/user/1000/mosaic-fleet/ssh/* 2>/dev/null || :) | head -1)
    ssh -O check -oControlPath=$path ${bad} 2>&1 | sed 's/[^0-9]//g' > ~/master
    kill -${signal} $(cat ~/master)
    test -S $path`);
};
const endMaster = async ({ desk }: SshHosts): Promise<string> =>
  desk.sh("kill -KILL $(cat ~/master) 2>/dev/null || :");

const faults: readonly Fault[] = [
  {
    what: "a closed port",
    begin: ({ stopServer }) => stopServer(bad),
    end: ({ startServer }) => startServer(bad),
    words: /Connection refused/,
    mostSeconds: tries,
  },
  {
    what: "a server that refuses each connection",
    async begin({ host, portOf, stopServer }) {
      await stopServer(bad);
      const script = `require("net").createServer((socket) => socket.destroy()).listen(${portOf(bad)}, "127.0.0.1")`;
      await host(bad).sh(`systemd-run --user --quiet --collect --unit=refuser node -e '${script}'
        until : </dev/tcp/127.0.0.1/${portOf(bad)}; do sleep 0.05; done 2>/dev/null`);
    },
    async end({ host, startServer }) {
      await host(bad).sh("systemctl --user stop refuser");
      await startServer(bad);
    },
    words: /kex_exchange_identification|[Cc]onnection (?:closed|reset)/,
    mostSeconds: tries,
  },
  {
    what: "a key that it does not accept",
    async begin({ host, closeShared }) {
      await host(bad).sh("mv ~/.ssh/authorized_keys ~/.ssh/kept");
      await closeShared();
    },
    end: ({ host }) => host(bad).sh("mv ~/.ssh/kept ~/.ssh/authorized_keys"),
    words: /Permission denied/,
    mostSeconds: tries,
  },
  {
    what: "another key of its server",
    async begin({ desk, closeShared }) {
      await desk.sh(
        `cp ${known} ~/kept; sed -i "s|^${bad} .*|${bad} $(grep '^build1 ' ~/kept | cut -d' ' -f2-)|" ${known}`,
      );
      await closeShared();
    },
    end: ({ desk }) => desk.sh(`mv ~/kept ${known}`),
    words: /Host key for build\d+ has changed/,
    mostSeconds: tries,
  },
  {
    what: "a stale shared connection of fleet",
    begin: (machines) => signalShared(machines, "KILL"),
    end: async () => undefined,
    words: undefined,
    mostSeconds: shared,
  },
  {
    what: "a shared connection that hangs",
    begin: (machines) => signalShared(machines, "STOP"),
    end: endMaster,
    words: undefined,
    mostSeconds: shared,
  },
  {
    what: "a stale ControlMaster of the user",
    async begin(machines) {
      await machines.configure(bad, own);
      await signalShared(machines, "KILL");
    },
    end: ({ configure }) => configure(bad),
    words: undefined,
    mostSeconds: shared,
  },
  {
    what: "a ControlMaster of the user that hangs",
    async begin(machines) {
      await machines.configure(bad, own);
      await signalShared(machines, "STOP");
    },
    async end(machines) {
      await endMaster(machines);
      await machines.configure(bad);
    },
    words: undefined,
    mostSeconds: shared,
  },
];

describe.skipIf(!hasSshd || !isAsked || count < 3)(
  "a fault of one of many hosts",
  { timeout: 3_600_000 },
  () => {
    const names = Array.from({ length: count }, (_, at) => `build${at + 1}`);
    const others = names.filter((name) => name !== bad);
    const machines = useSshHosts(names);
    const run = { command: "exec sleep 100000", hosts: "all" };
    let number = 0;

    const declareNumber = (): Promise<void> =>
      declare(
        machines.desk,
        stringify({
          version: 1,
          hosts: Object.fromEntries(names.map((name) => [name, {}])),
          defaults: { onChange: "restart" },
          agents: {
            coder: { ...run, replicas: agents - 1 },
            first: {
              command: "echo $N >> ~/starts; exec sleep 100000",
              hosts: "all",
              env: { N: String(number) },
            },
          },
        }),
      );
    const timed = async (
      ...words: readonly string[]
    ): Promise<HostsRun & { readonly exit: number; readonly seconds: number }> => {
      const began = performance.now();
      const ran = await machines.desk.run(["fleet", ...words, "--json", "--host", "all"], {
        timeoutMs: 500_000,
      });
      const seconds = (performance.now() - began) / 1_000;
      return {
        exit: ran.code,
        seconds,
        ...(JSON.parse(ran.stdout || `{"hosts":{},"failed":1}`) as HostsRun),
      };
    };
    /** Returns the processes of the agents of each host; those of `first` apart. */
    const processes = async (): Promise<readonly { coders: string; first: string }[]> =>
      Promise.all(
        names.map(async (name) => {
          const show = "systemctl --user show -p MainPID --value";
          const coders = await machines.host(name).sh(`${show} 'mosaic-agent@coder-*' | grep -v '^$' | sort`);
          return { coders, first: await machines.host(name).sh(`${show} mosaic-agent@first.service`) };
        }),
      );
    /** Returns how often the last change has started `first` on a host. */
    const startsOn = async (name: string): Promise<number> =>
      Number(await machines.host(name).sh(`grep -cx ${number} ~/starts || :`));
    const endsOf = ({ hosts }: HostsRun): readonly string[] =>
      names.map((name) => `${name} ${hosts[name]?.state} ${hosts[name]?.code}`);

    beforeAll(async () => {
      await declareNumber();
      expect((await timed("apply", "--yes")).exit).toBe(0);
    }, 900_000);

    it("disturbs no other host, and is reported with a next step", async () => {
      for (const { what, begin, end, words, mostSeconds } of faults) {
        const before = await processes();
        const quiet = await timed("plan");
        expect([what, quiet.exit]).toEqual([what, 0]);
        await begin(machines);
        const plan = await timed("plan");
        number += 1;
        await declareNumber();
        const change = await timed("apply", "--yes");
        const told = words === undefined ? "done 0" : "unreachable null";
        const expected = names.map((name) => `${name} ${name === bad ? told : "done 0"}`);
        for (const each of [plan, change]) {
          expect([what, each.exit, endsOf(each)]).toEqual([what, words === undefined ? 0 : 7, expected]);
          expect(Object.keys(each.hosts).toSorted()).toEqual(names.toSorted());
          const problem = each.hosts[bad]?.diagnostics[0];
          if (words === undefined) continue;
          expect(problem).toEqual(
            expect.objectContaining({
              summary: `${bad}: unreachable`,
              detail: expect.stringMatching(words) as string,
              hint: expect.stringMatching(
                /^try it by hand: ssh build2 true$|: fleet hosts trust build2$/,
              ) as string,
            }),
          );
        }
        const after = await processes();
        for (const [at, name] of names.entries()) {
          const isChanged = words === undefined || name !== bad;
          expect([what, name, after[at]?.coders]).toEqual([what, name, before[at]?.coders]);
          expect([what, name, after[at]?.first !== before[at]?.first]).toEqual([what, name, isChanged]);
        }
        await end(machines);
        // Run again, the command completes the host, and has nothing to do for the others.
        const again = await timed("apply", "--yes");
        expect([what, again.exit]).toEqual([what, 0]);
        const last = await processes();
        expect(others.map((name) => last[names.indexOf(name)])).toEqual(
          others.map((name) => after[names.indexOf(name)]),
        );
        const more = plan.seconds - quiet.seconds;
        bar(
          `${what}: a plan takes less than ${mostSeconds} s more, of ${count} hosts`,
          `${plan.seconds.toFixed(1)} s, and ${quiet.seconds.toFixed(1)} s without it; apply ${change.seconds.toFixed(1)} s; ${told}, exit ${plan.exit}`,
          more < mostSeconds,
        );
      }
    });

    it("changes nothing if it is another one than its saved plan was made for, and the others do their plans", async () => {
      number += 1;
      await declareNumber();
      expect((await timed("plan", "--out", "plan.json")).exit).toBe(0);
      await machines.host(bad).sh("systemctl --user stop mosaic-agent@first.service");
      const change = await timed("apply", "plan.json");
      const expected = names.map((name) => `${name} done ${name === bad ? 3 : 0}`);
      expect([change.exit, endsOf(change)]).toEqual([3, expected]);
      for (const name of names)
        await until(
          `${name} has started what was planned`,
          async () => (await startsOn(name)) === Number(name !== bad),
        );
      console.log(
        `a stale plan of one of ${count} hosts: exit ${change.exit} after ${change.seconds.toFixed(1)} s`,
      );
      expect((await timed("apply", "--yes")).exit).toBe(0);
    });

    it("is changed once by two commands at a time, as all the others are", async () => {
      number += 1;
      await declareNumber();
      const both = await Promise.all([timed("apply", "--yes"), timed("apply", "--yes")]);
      const ends = both.flatMap(endsOf).map((end) => end.replace(/^\S+ /, ""));
      const counts = Object.fromEntries(
        [...new Set(ends)].map((end) => [end, ends.filter((each) => each === end).length]),
      );
      console.log(`two commands at a time on ${count} hosts: ${JSON.stringify(counts)}`);
      // 3: the other one has changed the host since this one showed its plan. 5: it is changing it.
      expect(Object.keys(counts).filter((end) => !/^done [035]$/.test(end))).toEqual([]);
      const again = await timed("apply", "--yes");
      expect([again.exit, endsOf(again)]).toEqual([0, names.map((name) => `${name} done 0`)]);
      for (const name of names) expect([name, await startsOn(name)]).toEqual([name, 1]);
    });
  },
);
