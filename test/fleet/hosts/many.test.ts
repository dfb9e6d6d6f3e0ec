import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare } from "../../support/fleet/fleet.ts";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";

const count = Number(process.env["HOSTS_COUNT"] ?? 0);
const agents = Number(process.env["HOSTS_AGENTS"] ?? 50);

/** `npm run hosts` asks for it: the suite has the same promises with two machines in push.test.ts. */
describe.skipIf(!hasSshd || count < 2)("commands on many machines", { timeout: 600_000 }, () => {
  const names = Array.from({ length: count }, (_, at) => `build${at + 1}`);
  const machines = useSshHosts(names);
  const run = { command: "exec sleep 100000" };
  const text = (model: string): string =>
    stringify({
      version: 1,
      hosts: Object.fromEntries(names.map((name) => [name, {}])),
      defaults: { onChange: "restart" },
      agents: {
        coder: { ...run, hosts: "all", replicas: agents - 1 },
        first: { ...run, hosts: "build1", env: { MODEL: model } },
        other: { ...run, hosts: names.slice(1) },
      },
    });
  const timed = async (what: string, ...args: readonly string[]): Promise<Ran> => {
    const began = performance.now();
    const ran = await machines.desk.run(["fleet", ...args], { timeoutMs: 500_000 });
    console.log(
      `${what.padEnd(60)} ${(performance.now() - began).toFixed(0).padStart(7)} ms, exit ${ran.code}`,
    );
    return ran;
  };
  const pids = (name: string): Promise<string> =>
    machines.host(name).sh("systemctl --user show -p MainPID --value 'mosaic-agent@*' | grep -v '^$' | sort");
  const all = (): Promise<readonly string[]> => Promise.all(names.map(pids));

  it("change the machines that they are about, and no other", async () => {
    const { desk } = machines;
    await declare(desk, text("a"));
    expect((await timed("plan of nothing yet, with the program", "plan", "--host", "all")).code).toBe(0);
    expect((await timed("plan, over shared connections", "plan", "--host", "all")).code).toBe(0);
    expect((await timed("apply of all agents", "apply", "--yes", "-q", "--host", "all")).code).toBe(0);
    const before = await all();
    expect(before.map((each) => each.trim().split("\n").length)).toEqual(names.map(() => agents));
    const again = await timed("apply of nothing", "apply", "--yes", "--host", "all");
    expect(again.stdout.match(/No changes/g)?.length).toBeLessThanOrEqual(2);
    await timed("status", "status", "--json", "--host", "all");
    await timed("snapshot", "snapshot", "--json", "--host", "all");

    await declare(desk, text("b"));
    expect((await timed("apply of one agent on one machine", "apply", "--yes", "--host", "all")).code).toBe(
      0,
    );
    const after = await all();
    expect(after.slice(1)).toEqual(before.slice(1));
    const kept = new Set(before[0]?.split("\n"));
    expect(after[0]?.split("\n").filter((pid) => !kept.has(pid))).toHaveLength(1);

    // Connections are taken, and nothing answers: also the shared one hangs.
    await machines.host("build2").sh("pkill -STOP -x sshd");
    const hung = await timed("plan with one machine that hangs", "plan", "--host", "all");
    expect([hung.code, hung.stdout]).toEqual([
      7,
      expect.stringContaining(`${count - 1} answered, 1 unreachable`),
    ]);
    await machines.host("build2").sh("pkill -CONT -x sshd");
    expect((await timed("plan with all of them again", "plan", "--host", "all")).code).toBe(0);
    expect(await all()).toEqual(after);
  });
});
