import { beforeAll, describe, expect, it } from "vitest";
import { installStandIn } from "../../support/fleet/stand-in.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { journal, property, systemctl, unitOf, untilLogged } from "../../support/units/fleet.ts";

const slow = "sleep 1; echo up >>~/order; : >up; exec sleep 1000";
const prompt = "echo starting; sleep 2; printf '❯\\302\\240'; exec sleep 1000";
const titled = "sleep 2; printf '\\033]2;✳ at work\\007'; exec sleep 1000";
const text = (value: string): string => JSON.stringify(value);

const fleet = `version: 1
defaults: { onChange: restart, workdir: ~/work }
agents:
  slow:
    command: ${text(slow)}
    env: { VALUE: a b }
    ready: { exec: 'echo probe >>~/probes; setsid sleep 4401 & [ "$VALUE" = "a b" ] && test -e up' }
  dependent: { command: "echo dependent >>~/order; exec sleep 1000", dependsOn: [slow] }
  prompt: { command: ${text(prompt)}, ready: { output: "^❯ *$" } }
  titled: { command: ${text(titled)}, ready: { title: "^✳ " } }
  never: { command: sleep 1000, ready: { exec: "echo not yet; false", timeout: 1s } }
`;

describe("An agent with a condition for its readiness", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await installStandIn(box);
    await box.write("~/work/fleet.yaml", fleet);
    await box.sh("fleet apply --yes -q");
  });
  const probes = async (): Promise<number> => ((await box.read("~/probes")) ?? "").split("\n").length - 1;
  const timesReady = async (agent: string): Promise<number> =>
    (await journal(box, unitOf(agent))).match(/ready after [1-9]/g)?.length ?? 0;

  it("is up for apply and its dependents once it is ready, by a command in its surroundings", async () => {
    expect(await property(box, "dependent", "ActiveState")).toBe("active");
    expect(await box.read("~/order")).toBe("up\ndependent\n");
    expect(await property(box, "slow", "TimeoutStartUSec")).toBe("2min");
    expect(await box.sh("pgrep -cf 'sleep 440[1]' || :")).toBe("0\n");
    expect(await box.sh("stat -c %a ~/.config/systemd/user/mosaic-agent@slow.service.d/50-fleet.conf")).toBe(
      "600\n",
    );
  });

  it("is ready by a row of this run alone, or by its title", async () => {
    const count = await probes();
    for (const agent of ["prompt", "titled"]) {
      await untilLogged(box, unitOf(agent), `agent ${agent}: ready after `);
    }
    await systemctl(box, "restart", unitOf("prompt"), unitOf("titled"));
    for (const agent of ["prompt", "titled"]) {
      await until(`${agent} was ready again`, async () => (await timesReady(agent)) === 2);
    }
    expect(await probes()).toBe(count); // never again after the first success
  });

  it("goes on if it is not ready in time, and status says so", async () => {
    expect(await property(box, "never", "ActiveState")).toBe("active");
    await untilLogged(
      box,
      unitOf("never"),
      "agent never: not ready after 1 s: not yet; it goes on all the same",
    );
    expect(await box.sh("fleet status never")).toContain("running, not ready after 1 s");
    expect(await box.sh("fleet status never --json")).toContain('"kind": "unready"');
  });

  it("fails at once if its command ends, and in the end if it says so", async () => {
    await box.write(
      "~/work/fleet.yaml",
      `${fleet}  early: { command: "echo boom; exit 3", ready: { exec: "false" }, restart: { policy: "no" } }
  late: { command: sleep 1000, ready: { exec: "echo refused; false", timeout: 1s, onTimeout: fail }, restart: { policy: "no" } }
`,
    );
    const { code, stderr } = await box.fleet(["apply", "--yes"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/agent early does not run: exit status 3/);
    expect(stderr).toContain("boom");
    expect(stderr).toMatch(/agent late does not run/);
    expect(stderr).toContain("not ready after 1 s: refused");
    await untilLogged(box, unitOf("early"), "its command ended before it was ready (exit status 3)");
  });

  it("shows its wait in status, with a question on its screen, and a stop ends the wait", async () => {
    await box.write(
      "~/work/fleet.yaml",
      `${fleet}  asking: { command: ~/bin/claude asking asking, ready: { output: "^never$", timeout: 2m } }\n`,
    );
    const applying = box.fleet(["apply", "--yes", "--allow-remove-all"]);
    await until("status tells", async () => {
      expect(await box.sh("fleet status asking")).toMatch(
        /starting: waits for ready \((?:[3-9]|\d\d) s of 120 s\), asks: Do you want to proceed\?/,
      );
      return true;
    });
    await systemctl(box, "stop", unitOf("asking"));
    const { stdout, stderr } = await applying;
    expect(stdout + stderr).toMatch(/Still starting: asking \(waits for ready/);
    expect(await box.read("~/log")).toBe("asking up\nasking SIGTERM\n");
    expect(await property(box, "asking", "Result")).toBe("success");
  });

  it("restarts if its declaration changes during the wait", async () => {
    const declareWaiting = (turn: string): Promise<void> =>
      box.write(
        "~/work/fleet.yaml",
        `${fleet}  waiting: { command: "echo $TURN >>~/turns; exec sleep 1000", env: { TURN: ${turn} }, ready: { exec: 'test "$TURN" = two', timeout: 10m } }\n`,
      );
    await declareWaiting("one");
    await box.sh(
      `fleet apply --yes --allow-remove-all >/dev/null 2>&1 & killed=$!
      until [ -s ~/turns ]; do sleep 0.02; done
      kill -9 $killed; wait $killed 2>/dev/null || :`,
      { isReal: true, timeoutMs: 60_000 },
    );
    await declareWaiting("two");
    const { code, stdout } = await box.fleet(["apply", "--yes"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("1 restarted")]);
    expect(await box.read("~/turns")).toBe("one\ntwo\n");
  });
});
