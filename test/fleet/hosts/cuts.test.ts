import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";
import type { CutRule } from "../../support/hosts/cut-line.mjs";
import { seededRandom } from "../../support/hosts/seeded-random.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { asksLogindWords } from "../../support/programs/logind.ts";

interface HostsRun {
  readonly hosts: Record<
    string,
    { state: string; code: number | null; diagnostics: readonly { summary: string; detail?: string }[] }
  >;
}

/** `npm run hosts -- --cuts N` asks for more. */
const atRandom = Number(process.env["HOSTS_CUTS"] ?? 0);

const folder = "/run/home";
const connect = ["node", `${folder}/cut-line.mjs`, `${folder}/rules`];
const apply = ["apply", "--yes", "--json", "--host", "all"];

describe("a connection to a host", { timeout: 60_000 + atRandom * 30_000 }, () => {
  const box = useSandbox();
  let number = 0;
  /** The numbers whose change was confirmed. */
  const done: number[] = [];

  /** Declares an agent whose start leaves its number. */
  const declareNumber = (more: object = {}, hosts: object = {}): Promise<void> =>
    declare(
      box,
      stringify({
        version: 1,
        hosts: { far: { connect }, ...hosts },
        defaults: { onChange: "restart", hosts: "far" },
        agents: {
          worker: { command: "echo $N >> ~/starts; exec sleep 1000", env: { N: String(number) } },
          ...more,
        },
      }),
    );
  const rules = (...each: readonly CutRule[]): Promise<void> => box.write("~/rules", JSON.stringify(each));
  const starts = async (): Promise<readonly number[]> =>
    linesOf(await box.sh("cat ~/starts 2>/dev/null || :")).map(Number);
  const startsOf = async (wanted: number): Promise<number> =>
    (await starts()).filter((each) => each === wanted).length;
  const run = async (...words: readonly string[]): Promise<HostsRun & { readonly exit: number }> => {
    const { code, stdout, stderr } = await box.fleet(words, { timeoutMs: 110_000 });
    return { exit: code, ...(JSON.parse(stdout || JSON.stringify({ hosts: {}, stderr })) as HostsRun) };
  };
  /** Makes one change of the agent over connections with these rules, and returns the end of its host. */
  const change = async (...each: readonly CutRule[]): Promise<string> => {
    number += 1;
    await declareNumber();
    await rules(...each);
    const { exit, hosts } = await run(...apply);
    const { state = "none", code } = hosts["far"] ?? {};
    const end = `${state} ${code}, exit ${exit}`;
    if (state !== "done") expect([end, await startsOf(number)]).toEqual([end, 0]);
    else {
      done.push(number);
      await until(`the agent has started with ${number}`, async () => (await startsOf(number)) > 0);
    }
    return end;
  };
  const all: CutRule = { before: "no line has this" };
  const end: CutRule = { before: '"kind":"done"' };

  beforeAll(async () => {
    const script = readFileSync(new URL("../../support/hosts/cut-line.mjs", import.meta.url), "utf8");
    await box.write("~/cut-line.mjs", script);
    expect(await change()).toBe("done 0, exit 0");
  });

  it("is made again if it is cut before the program runs there", async () => {
    expect(await change({ lines: 0, bytes: 7 })).toBe("done 0, exit 0");
  });

  it("is lost if it is cut during a plan, and nothing is changed", async () => {
    expect(await change({ lines: 2, bytes: 40 })).toBe("lost null, exit 7");
  });

  it("is asked for the end of a change that it was cut from", async () => {
    // The question is cut, too.
    expect(await change(all, end, { lines: 2 })).toBe("done 0, exit 0");
    // At its begin, the question may come first: then the change does not begin any more.
    expect(["done 0, exit 0", "not-begun null, exit 7"]).toContain(await change(all, { lines: 1 }));
  });

  it.runIf(atRandom > 0)("has one true end, wherever it is cut", async () => {
    const ends = new Map<string, number>();
    const random = seededRandom();
    const below = (limit: number): number => Math.floor(random() * limit);
    for (let round = 0; round < atRandom; round += 1) {
      const some = Array.from({ length: 1 + below(4) }, () =>
        below(3) === 0 ? all : { lines: below(9), bytes: below(200) },
      );
      const told = await change(...some);
      ends.set(told, (ends.get(told) ?? 0) + 1);
    }
    console.log(`${atRandom} changes over cut connections: ${JSON.stringify(Object.fromEntries(ends))}`);
  });

  it("carries the program once, though two commands bring it at a time", async () => {
    await rules();
    await box.sh("rm -rf ~/.cache/mosaic-fleet/tool");
    const both = await Promise.all([1, 2].map(() => run("plan", "--json", "--host", "far")));
    expect(both.map(({ exit, hosts }) => [exit, hosts["far"]?.state])).toEqual([
      [0, "done"],
      [0, "done"],
    ]);
    expect((await box.sh("ls -A ~/.cache/mosaic-fleet/tool")).trim()).toMatch(/^[0-9a-f]{64}$/);
  });

  it("changes for one of two commands at a time, and goes on without its command", async () => {
    number += 1;
    const gated = { command: "exec sleep 1000", ready: { exec: "test -e /tmp/go", timeout: "60s" } };
    await declareNumber({ gated });
    const first = await box.sh("setsid fleet apply --yes --host far >/dev/null 2>&1 & echo $!", {
      isReal: true,
    });
    const state = async (): Promise<string> =>
      (await box.sh("systemctl --user show -p ActiveState --value mosaic-agent@gated.service")).trim();
    await until("the first one is at work", async () => (await state()) === "activating");
    await declareNumber({ gated, third: { command: "exec sleep 1000" } });
    const second = await run(...apply);
    expect([second.exit, second.hosts["far"]?.code]).toEqual([5, 5]);
    expect(second.hosts["far"]?.diagnostics[0]?.summary).toContain("is being changed by");
    await box.sh(`kill -KILL -- -${first.trim()}; touch /tmp/go`);
    await until("it goes on", async () => (await state()) === "active");
    await declareNumber({ gated });
    await until("the lock is free", async () => (await run(...apply)).exit === 0);
    done.push(number);
    expect(await startsOf(number)).toBe(1);
  });

  it("changes nothing where agents would end with it, and where the program has no room", async () => {
    await box.write("~/fake/loginctl", "#!/bin/sh\necho no\n", 0o755);
    const hosts = {
      brief: {
        connect: ["env", ...asksLogindWords, "sh", "-c", 'PATH=/run/home/fake:$PATH exec sh -c "$0"'],
      },
      full: { connect: ["env", "XDG_CACHE_HOME=/dev/null", "sh", "-c"] },
      closed: { connect: ["sh", "-c", "echo; echo This account is not available."] },
    };
    await declareNumber({ own: { command: "exec sleep 1000", hosts: Object.keys(hosts) } }, hosts);
    const told = await run("apply", "--yes", "--json", "--allow-remove-all", "--host", "brief,full,closed");
    expect(told.exit).toBe(1);
    expect(told.hosts).toMatchObject({
      brief: { code: 6, diagnostics: [{ summary: "agents would end with this connection" }] },
      full: { state: "refused", code: null },
      closed: { state: "unreachable", diagnostics: [{ detail: "This account is not available." }] },
    });
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).not.toContain("own");
  });

  it("fails once in words for many hosts, and warns of nothing else", async () => {
    const many = Array.from({ length: 12 }, (_, at) => [`h${at + 1}`, { connect: ["false"] }] as const);
    await declareNumber({}, Object.fromEntries(many));
    const { code, stdout, stderr } = await box.run(["fleet", "plan", "--host", "h*"]);
    expect([code, stdout]).toEqual([7, "12 hosts: 0 answered, 12 unreachable.\n"]);
    expect(stderr).toMatch(/^Error: h1 … h12 \(12\): unreachable\n[^(]*$/);
  });

  describe("to a machine that takes connections and is silent", () => {
    let server: Server;
    beforeAll(async () => {
      server = createServer(() => undefined);
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      await box.write("~/.ssh/config", `Host hole\n  HostName 127.0.0.1\n  Port ${port}\n`, 0o600);
      return () => void server.close();
    });

    it("ends in time, and keeps no other host from its change", async () => {
      number += 1;
      await rules();
      await declareNumber({}, { hole: {} });
      const began = performance.now();
      const { exit, hosts } = await run(...apply);
      expect([exit, hosts["far"]?.state, hosts["hole"]?.state]).toEqual([7, "done", "unreachable"]);
      expect(hosts["hole"]?.diagnostics[0]?.detail).toContain("timed out");
      expect(performance.now() - began).toBeGreaterThan(4_900);
      done.push(number);
    });
  });

  it("has made each confirmed change once, and no other one", async () => {
    expect(await starts()).toEqual(done);
  });
});
