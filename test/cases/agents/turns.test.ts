import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { property } from "../../support/units/fleet.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const names = [1, 2, 3, 4, 5, 6].map((number) => `coder-${number}`);

/** Notes each begin and end of an agent. */
const program = `#!/bin/sh
note() { read -r now _ </proc/uptime; echo "$now $1 $MOSAIC_AGENT_NAME" >>~/log; }
trap 'note end; exit 0' TERM
note begin
test -z "$BREAKS" || exit 7
sleep 1000 & wait
`;

const declared = (env: Readonly<Record<string, string>>) => ({
  start: { parallel: 2, interval: "300ms" },
  defaults: { onChange: "restart", restart: { policy: "no" }, env },
  agents: {
    coder: { command: "exec ~/program", replicas: 5 },
    "coder-6": { command: "exec ~/program", onChange: "when-idle", idleAfter: "1ms" },
  },
});

describe("Running agents that take turns", () => {
  const box = useSandbox();
  const processes = (): Promise<readonly string[]> =>
    Promise.all(names.map((name) => property(box, name, "MainPID")));
  const log = async (): Promise<readonly (readonly [string, string])[]> => {
    const lines = ((await box.read("~/log").catch(() => "")) ?? "").split("\n").filter(Boolean);
    return lines
      .map((line) => line.split(" "))
      .sort(([a = ""], [b = ""]) => Number(a) - Number(b))
      .map(([, what = "", name = ""]) => [what, name]);
  };
  const begun = async (): Promise<readonly string[]> =>
    (await log()).flatMap(([what, name]) => (what === "begin" ? [name] : [])).sort();
  const forget = (): Promise<string> => box.sh("rm -f ~/log");

  beforeAll(async () => {
    await box.write("~/program", program, 0o755);
    await declare(box, declared({ V: "one" }));
    await apply(box);
    await forget();
  });

  it("restart so that never more of them are down, which plan and apply say", async () => {
    await declare(box, declared({ V: "two" }));
    const ran = await fleet(box, "apply", "--yes", "--now");
    expect(ran.stdout).toContain("6 agents restart in turns: 2 at a time, 300ms apart.");
    expect(ran.stderr).toMatch(/^Restarted 2 agents \(.*\); 4 more in turns$/m);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("6 restarted") });
    expect(await begun()).toEqual(names);
    let down = 0;
    const downs = (await log()).map(([what]) => (down += what === "end" ? 1 : -1));
    expect(Math.max(...downs)).toBeLessThanOrEqual(2);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("restart once each, also if the apply is killed in between", async () => {
    await forget();
    await declare(box, declared({ V: "three" }));
    const applying = box.sh("fleet apply --yes --now >/dev/null 2>&1 || :", { isReal: true });
    await until("two have restarted", async () => (await begun()).length >= 2);
    await box.sh("kill -9 $(pgrep -f '^node /run/fleet/bin/fleet apply')");
    await applying;
    const first = await begun();
    expect(first.length).toBeLessThan(6);
    await until("those of the wave run", async () => (await begun()).length % 2 === 0);
    await fleet(box, "apply", "--yes", "--now");
    expect(await begun()).toEqual(names);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("go on as before if one of them is busy again when its turn comes", async () => {
    await forget();
    await declare(box, declared({ V: "four" }));
    const busy = "$XDG_RUNTIME_DIR/mosaic-agent/coder-6/busy";
    await until("none is busy", async () => (await plan(box)).summary.restart === 6);
    const applying = box.sh("fleet apply --yes --json >~/applied", { isReal: true });
    await until("one has restarted", async () => (await begun()).length >= 1);
    await box.sh(`touch ${busy}`);
    await applying;
    const { stayed } = JSON.parse(await box.read("~/applied")) as { readonly stayed: readonly object[] };
    expect(stayed).toMatchObject([{ agent: "coder-6", why: "changed" }]);
    expect(await begun()).toEqual(names.slice(0, 5));
    expect((await plan(box)).summary).toMatchObject({ pending: 1 });
    await box.sh(`rm ${busy}`);
    await fleet(box, "apply", "--yes", "--now");
    expect(await begun()).toEqual(names);
  });

  it("go on as before if those before them do not run again, also under a watch", async () => {
    await forget();
    const before = await processes();
    await declare(box, declared({ V: "four", BREAKS: "yes" }));
    const ran = await fleet(box, "apply", "--yes", "--now");
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(
      /^coder-3, coder-4, coder-5, coder-6 keep running as before: coder-1, coder-2, which restarted first, do not run\./m,
    );
    expect((await processes()).slice(2)).toEqual(before.slice(2));
    await declare(box, declared({ V: "four" }));
    await apply(box);
    expect((await processes()).slice(2)).toEqual(before.slice(2));

    const running = await processes();
    await forget();
    const watch = await startWatch(box);
    await declare(box, declared({ V: "four", BREAKS: "yes" }));
    await until("the watch has tried the first ones again", async () => (await begun()).length >= 4);
    expect(new Set(await begun())).toEqual(new Set(names.slice(0, 2)));
    await watch.stop();
    expect((await processes()).slice(2)).toEqual(running.slice(2));
  });
});
