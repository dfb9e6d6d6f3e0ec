import { beforeAll, describe, expect, it } from "vitest";
import { canRestartManager } from "../../support/rig/manager.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";

/** Starts another manager and waits until it has started the enabled units, though not all of them may come up. */
const startAnew = "/tmp/start-manager; timeout 20 /usr/bin/systemctl --user is-system-running --wait || :";

/** Ends the manager and starts another one, once, just before the call named by $MATCH. */
const shim = `#!/bin/bash
case " $* " in
  *" $MATCH "*) [ -e /tmp/met ] || { touch /tmp/met; /tmp/end-manager; [ "$FATE" = gone ] || { ${startAnew}; }; } >/dev/null ;;
esac
exec /usr/bin/systemctl "$@"
`;

const day = (turn: string) => ({
  defaults: { onChange: "restart", env: { TURN: turn } },
  agents: {
    changed: { command: waits },
    same: { command: waits, env: { TURN: "0" } },
    [`new-${turn}`]: { command: waits },
  },
});

describe("A user manager that is restarted in the middle of an apply", () => {
  const box = useSandbox();
  let turn = 0;
  beforeAll(async () => {
    await canRestartManager(box);
    await box.write("/tmp/shim/systemctl", shim, 0o755);
    await declare(box, day("0"));
    await apply(box);
  });

  /** Waits until a script prints exactly this. */
  const untilSays = (script: string, wanted: string): Promise<boolean> =>
    until(`it prints ${wanted}`, async () => {
      const printed = await box.sh(script);
      if (printed !== wanted) throw new Error(`it prints ${printed}`);
      return true;
    });

  it.each([
    ["list-units", "back"],
    ["stop", "back"],
    ["daemon-reload", "back"],
    ["start", "back"],
    ["restart", "back"],
    ["daemon-reload", "gone"],
    ["start", "gone"],
  ])(
    "does not hinder the next apply, for a restart before its %s, and in state %s by then",
    async (match, fate) => {
      await declare(box, day(String(++turn)));
      await box.sh("rm -f /tmp/met");
      const env = { PATH: "/tmp/shim:/run/fleet/bin:/usr/bin:/bin", MATCH: match, FATE: fate };
      const ran = await box.run(["fleet", "apply", "--yes", "--json"], { env });
      await box.sh("test -e /tmp/met");
      // 6 if the look at the machine came while half of it was gone.
      expect([0, 1, 4, 6]).toContain(ran.code);
      expect(ran.stderr + ran.stdout).not.toMatch(/\n {4}at |internal error/);
      const { done = [] } = JSON.parse(ran.stdout) as { done?: readonly string[] };
      if (fate === "gone") {
        expect(ran.code).toBe(1);
        expect(done.filter((id) => /^(?:re)?start:/.test(id) || id.startsWith(match))).toEqual([]);
        await box.sh(startAnew);
      }
      await until("the fleet is in line", async () => {
        await fleet(box, "apply", "--yes");
        return (await plan(box)).actions.length === 0;
      });
      const agents = ["changed", `new-${turn}`, "same"];
      // A plan has nothing to do for an agent that is being started.
      await untilSays(
        "tmux -L mosaic-factory list-sessions -F '#{session_name}' | sort",
        `${agents.join("\n")}\n`,
      );
      await untilSays(
        `for agent in ${agents.join(" ")}; do
        pid=$(cat /sys/fs/cgroup/user.slice/*/user@*/app.slice/*/mosaic-agent@$agent.service/cgroup.procs | tail -1)
        tr '\\0' '\\n' </proc/$pid/environ | grep ^TURN=
      done`,
        `TURN=${turn}\nTURN=${turn}\nTURN=0\n`,
      );
    },
  );
});
