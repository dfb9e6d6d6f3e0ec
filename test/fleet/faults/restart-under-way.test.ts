import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { apply, declare, fleet, napping, plan } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

/** Needs time to save after SIGTERM, once it is ready for it: until a file is there. */
const saves = napping(
  "trap 'until [ -e ~/saved ]; do nap 0.02; done; exit 0' TERM; touch ~/ready; while :; do nap 0.05; done",
);
/** Notes each start before it is over. */
const notes = { preStart: "rm -f ~/ready; echo start >>~/starts" };
const unit = "mosaic-agent@slow.service";
/** The longest time of a run on a busy machine, ms. */
const timeoutMs = 60_000;

/**
 * A late systemctl: before a call with a change, it lets the agent save, and waits for the end of a restart under
 * way. With KILLS, its `fleet` is killed before the restart. With LATE, the restart of the killed one
 * comes only now. With HANGS, the killed one has reached its own call, which waits for the one of the next run.
 */
const lateSystemctl = `#!/bin/bash
case " $* " in *" reset-failed "*|*" start "*|*" restart "*)
  case "$KILLS $* " in "1 "*" restart "*) kill -9 $PPID; exit ;; esac
  case "$HANGS $* " in "1 "*" restart "*)
    echo $$ >~/hanging; kill -9 $PPID
    until [ -e ~/next ]; do sleep 0.02; done
  esac
  touch ~/saved
  case "$* " in *" restart "*)
    touch ~/next
    while [ ! -s ~/starts ] && [ $$ != "$(cat ~/hanging || echo $$)" ] && kill -0 $(cat ~/hanging); do sleep 0.02; done 2>/dev/null
  esac
  [ -z "$LATE" ] || [ -s ~/starts ] || /usr/bin/systemctl --user restart ${unit}
  while [ -n "$(/usr/bin/systemctl --user list-jobs --no-legend --plain ${unit})" ]; do sleep 0.02; done
esac
exec /usr/bin/systemctl "$@"
`;

/** A tmux and a systemctl that let a person restart the agent between the first list of panes and that of units. */
const tornCalls = {
  tmux: `#!/bin/bash
case " $* " in *" list-panes "*)
  said=$(/usr/bin/tmux "$@")
  if mkdir ~/torn 2>/dev/null; then
    touch ~/saved
    /usr/bin/systemctl --user restart ${unit}
    touch ~/torn/over
  fi
  exec echo "$said"
esac
exec /usr/bin/tmux "$@"
`,
  systemctl: `#!/bin/bash
case " $* " in *" list-units "*) until [ -e ~/torn/over ]; do sleep 0.02; done; esac
exec /usr/bin/systemctl "$@"
`,
};

/** A systemctl that lets the run of the agent fail just before its restart, so that this failure is counted. */
const failingSystemctl = `#!/bin/bash
case " $* " in *" restart "*)
  touch ~/fail
  until [ -s $XDG_RUNTIME_DIR/mosaic-agent/failing/restarts ]; do sleep 0.02; done
esac
exec /usr/bin/systemctl "$@"
`;

describe("a restart under way that fleet no longer waits for", () => {
  const box = useSandbox();
  let turn = 0;
  const edit = (): Promise<void> =>
    declare(box, {
      defaults: { onChange: "restart", stopTimeout: "60s" },
      agents: { slow: { command: saves, hooks: notes, env: { TURN: String(++turn) } } },
    });
  const starts = async (): Promise<number> => (await box.read("~/starts")).trim().split("\n").length;
  const late = (env: Record<string, string> = {}): Record<string, string> => ({
    PATH: `${box.home}/late:/run/fleet/bin:/usr/bin:/bin`,
    ...env,
  });

  beforeAll(async () => {
    await box.write("~/late/systemctl", lateSystemctl, 0o755);
    await edit();
  });

  beforeEach(async () => {
    await apply(box);
    await box.sh("until [ -e ~/ready ]; do sleep 0.02; done; rm -f ~/saved ~/hanging ~/next; : >~/starts");
    await edit();
  });

  /** Kills an apply after its request to restart the agent, which does not end for now. */
  async function killDuringRestart(): Promise<void> {
    await box.sh(
      `fleet apply --yes >/dev/null 2>&1 & killed=$!
      until [ "$(systemctl --user show -P ActiveState ${unit})" = deactivating ]; do sleep 0.02; done
      kill -9 $killed; wait $killed 2>/dev/null || :`,
      { isReal: true, timeoutMs },
    );
  }

  it("is awaited by the next apply, which starts the agent once", async () => {
    await killDuringRestart();
    const ran = await box.run(["fleet", "apply", "--yes", "--json"], { env: late(), timeoutMs });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(await starts()).toBe(1);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is what `fleet restart` asks for", async () => {
    await killDuringRestart();
    const ran = await box.run(["fleet", "restart", "--yes", "slow"], { env: late(), timeoutMs });
    expect([ran.code, await starts()]).toEqual([0, 1]);
  });

  it("ends with a stop", async () => {
    await killDuringRestart();
    const stopping = fleet(box, "stop", "--yes", "slow");
    // Before, the end of the agent would let the restart go on, and the stop would meet its next start.
    const jobs = `systemctl --user list-jobs --no-legend --plain ${unit}`;
    await until("the stop is requested", async () => / stop /.test(await box.sh(jobs)));
    await box.write("~/saved", "");
    expect(await stopping).toMatchObject({ code: 0 });
    expect(await box.sh(`systemctl --user show -P ActiveState ${unit}`)).toBe("inactive\n");
  });

  it("is awaited by a watch, which starts the agent once", async () => {
    await killDuringRestart();
    const watch = await startWatch(box, [], { env: late() });
    await watch.settled();
    await watch.stop();
    expect(await starts()).toBe(1);
  });

  it("is not repeated if the call of a killed apply arrives after the next one has planned", async () => {
    const killed = await box.run(["fleet", "apply", "--yes"], { env: late({ KILLS: "1" }), timeoutMs });
    expect([killed.code, await box.read("~/starts")]).toEqual([137, ""]);
    const ran = await box.run(["fleet", "apply", "--yes", "--json"], { env: late({ LATE: "1" }), timeoutMs });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(await starts()).toBe(1);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is not done again by a call that outlives its killed apply", async () => {
    const killed = await box.run(["fleet", "apply", "--yes"], { env: late({ HANGS: "1" }), timeoutMs });
    expect([killed.code, await box.read("~/starts")]).toEqual([137, ""]);
    const ran = await box.run(["fleet", "apply", "--yes", "--json"], { env: late(), timeoutMs });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(await starts()).toBe(1);
    expect((await plan(box)).actions).toEqual([]);
    expect(await box.sh("kill -0 $(cat ~/hanging) 2>&1 || :")).toContain("No such process");
  });

  it("is not repeated if it comes between two parts of the observation of the next apply", async () => {
    for (const [name, text] of Object.entries(tornCalls))
      await box.write(`~/torn-calls/${name}`, text, 0o755);
    await box.run(["fleet", "apply", "--yes"], { env: late({ KILLS: "1" }), timeoutMs });
    const env = { PATH: `${box.home}/torn-calls:/run/fleet/bin:/usr/bin:/bin` };
    const ran = await box.run(["fleet", "apply", "--yes"], { env, timeoutMs });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("No changes.");
    expect(await starts()).toBe(1);
  });

  it.each(["agents", "services"])(
    "is none of the failures of a run that ends just before it: %s",
    async (kind) => {
      await box.write("~/failing/systemctl", failingSystemctl, 0o755);
      await box.sh("rm -f ~/fail; touch ~/saved");
      const declareFailing = (command: string): Promise<void> =>
        declare(box, { agents: {}, defaults: { onChange: "restart" }, [kind]: { failing: { command } } });
      await declareFailing("until [ -e ~/fail ]; do sleep 0.02; done; exit 3");
      await apply(box, "--now", "--allow-remove-all");
      await declareFailing("exec sleep 1000");
      const PATH = `${box.home}/failing:/run/fleet/bin:/usr/bin:/bin`;
      const ran = await box.fleet(["apply", "--yes", "--json"], { env: { PATH } });
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      expect((await plan(box)).actions).toEqual([]);
    },
  );
});
