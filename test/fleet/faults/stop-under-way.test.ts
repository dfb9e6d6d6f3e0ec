import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { apply, declare, fleet, napping, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** Needs time to save after SIGTERM: until a file is there. */
const saves = napping(
  "trap 'until [ -e ~/saved ]; do nap 0.02; done; exit 0' TERM; touch ~/ready; while :; do nap 0.05; done",
);
/** A time at which no test runs. */
const schedule = "2099-01-01";
const unitOf = (agent: string): string => `mosaic-agent@${agent}.service`;
/** The longest time of a run on a busy machine, ms. */
const timeoutMs = 60_000;

/**
 * A systemctl that runs $ELAPSING just before its first stop: timers elapse between the calls of fleet. A start of the unit
 * $REPLACES replaces the first stop of it, before its agent has ended.
 */
const meddlingSystemctl = `#!/bin/bash
real=/usr/bin/systemctl
case " $* " in *" stop "*) if [ -n "$ELAPSING" ] && mkdir ~/met; then eval "$ELAPSING"; fi ;; esac
case "\${REPLACES:-none} $* " in *" stop "*" $REPLACES "*)
  if mkdir ~/met; then
    $real "$@" & stop=$!
    until $real --user list-jobs --no-legend --plain "$REPLACES" | grep ' stop '; do sleep 0.02; done
    $real --user start --no-block "$REPLACES"
    touch ~/saved
    wait $stop
    exit
  fi ;;
esac
exec $real "$@"
`;

/** Returns lines for the shell: a timer elapses, and the start of its unit comes so far. */
function elapses(agent: string, state: string): string {
  const unit = unitOf(agent);
  return `$real --user start --no-block ${unit}
    until [ "$($real --user show -P SubState ${unit})" = ${state} ]; do sleep 0.02; done\n`;
}

describe("a stop that meets the start of its agent", () => {
  const box = useSandbox();
  const timed = {
    "timed-over": { command: "[ -e ~/long ] || exit 0; exec sleep 1000", schedule },
    "timed-queued": { command: waits, dependsOn: ["held"], schedule },
    "timed-pre": { command: waits, hooks: { preStart: "sleep 1000" }, schedule },
  };
  const nightly = { command: "exec sleep 1000", schedule };
  const names = [...Object.keys(timed), "nightly"];
  const declareFleet = (agents: object = timed, services: object = { nightly }): Promise<void> =>
    declare(box, {
      defaults: { onChange: "restart" },
      agents: {
        held: { command: waits, hooks: { preStart: "until [ -e ~/go ]; do sleep 0.05; done" } },
        behind: { command: waits, dependsOn: ["held"] },
        saver: { command: saves },
        killed: { command: waits },
        ending: { command: "until [ -e ~/end ]; do sleep 0.02; done" },
        ...agents,
      },
      services: { proxy: { command: "exec sleep 1000" }, ...services },
    });
  const elapsing = [
    `rm -f ~/go; touch ~/long; $real --user stop ${unitOf("held")}\n`,
    `$real --user start --no-block ${unitOf("timed-queued")}\n`,
    elapses("timed-over", "running"),
    elapses("timed-pre", "start-pre"),
    elapses("nightly", "running"),
  ].join("");

  /** Runs fleet with the systemctl above. */
  async function meet(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
    await box.sh("rm -rf ~/met");
    const PATH = `${box.home}/meddling:/run/fleet/bin:/usr/bin:/bin`;
    const ran = await box.run(["fleet", ...args], { env: { PATH, ...env }, timeoutMs });
    await box.sh("rmdir ~/met"); // fails if nothing was met
    return ran;
  }

  /** Returns the units and sessions of these agents that are not down, and their jobs. */
  async function standing(...agents: readonly string[]): Promise<string> {
    const units = agents.map(unitOf).join(" ");
    return box.sh(
      `systemctl --user list-units --all --plain --no-legend ${units} | grep -v ' inactive ' || :
      systemctl --user list-jobs --no-legend --plain ${units}
      tmux -L mosaic-factory ls -F '#S' | grep -xE '${agents.join("|")}' || :`,
    );
  }

  beforeAll(async () => {
    await box.write("~/meddling/systemctl", meddlingSystemctl, 0o755);
    await box.write("~/go", "");
    await declareFleet();
    await apply(box);
    // An earlier run leaves its session. It is over: a start would join it otherwise, and nothing would run afterwards.
    await box.sh(`systemctl --user start ${unitOf("timed-over")}
      until [ "$(systemctl --user show -P ActiveState ${unitOf("timed-over")})" = inactive ]; do sleep 0.02; done`);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("by its timer leaves it down, wherever that start is, and an edit that removes it as well", async () => {
    const stopped = await meet(["stop", "--yes", ...names], { ELAPSING: elapsing });
    expect([stopped.code, await standing(...names)], stopped.stderr).toEqual([0, ""]);
    await box.write("~/go", "");
    await apply(box);
    await declareFleet({}, {});
    const removed = await meet(["apply", "--yes", "--allow-remove-all"], { ELAPSING: elapsing });
    await box.write("~/go", "");
    expect([removed.code, await standing(...names)], removed.stderr).toEqual([0, ""]);
    expect(await box.sh("find ~/.config/systemd ~/.config/mosaic -name '*timed*' -o -name '*nightly*'")).toBe(
      "",
    );
  });

  it("is repeated if that start has replaced it", async () => {
    const ran = await meet(["stop", "--yes", "saver"], { REPLACES: unitOf("saver") });
    expect([ran.code, await standing("saver")], ran.stderr).toEqual([0, ""]);
  });

  it("leaves no session of an agent that has just ended by itself", async () => {
    const unit = unitOf("ending");
    await box.sh(`mkdir -p ~/.config/systemd/user/${unit}.d
      printf '[Service]\\nExecStopPost=/bin/sh -c "touch ~/posted; until [ -e ~/over ]; do sleep 0.02; done"\\n' \\
        >~/.config/systemd/user/${unit}.d/60-mine.conf
      systemctl --user daemon-reload; systemctl --user start ${unit}`);
    const ending = `touch ~/end; until [ -e ~/posted ]; do sleep 0.02; done
      (until $real --user list-jobs --no-legend --plain ${unit} | grep ' stop '; do sleep 0.02; done; touch ~/over) &`;
    const ran = await meet(["stop", "--yes", "ending"], { ELAPSING: ending });
    expect([ran.code, await standing("ending")], ran.stderr).toEqual([0, ""]);
  });

  it("is followed by a start that a person asks for before its end", async () => {
    await box.sh(`rm ~/saved ~/ready; systemctl --user start ${unitOf("saver")}
      until [ -e ~/ready ]; do sleep 0.02; done
      systemctl --user stop --no-block ${unitOf("saver")}
      until [ "$(systemctl --user show -P ActiveState ${unitOf("saver")})" = deactivating ]; do sleep 0.02; done`);
    const starting = fleet(box, "start", "--yes", "saver");
    await until("the start is requested", async () => / start /.test(await standing("saver")));
    await box.write("~/saved", "");
    expect(await starting).toMatchObject({ code: 0 });
    expect(await standing("saver")).toMatch(/ active +running /);
  });

  it("ends a start that waits for another agent", async () => {
    await box.sh(`rm ~/go; systemctl --user stop ${unitOf("held")} ${unitOf("behind")}
      systemctl --user start --no-block ${unitOf("behind")}`);
    const ran = await fleet(box, "stop", "--yes", "behind");
    await box.write("~/go", "");
    await until("the other one runs", async () => (await standing("held")).includes(" running "));
    expect([ran.code, await standing("behind")], ran.stderr).toEqual([0, ""]);
  });

  it("is no failure of it, even if that kills a step that handles no signal", async () => {
    await box.sh(
      `for unit in ${unitOf("killed")} ${unitOf("proxy")}; do
        mkdir -p ~/.config/systemd/user/$unit.d
        printf '[Service]\\nExecStartPre=/bin/sleep 1000\\n' >~/.config/systemd/user/$unit.d/60-mine.conf
        systemctl --user stop $unit
      done
      systemctl --user daemon-reload
      for unit in ${unitOf("killed")} ${unitOf("proxy")}; do
        systemctl --user start --no-block $unit
        until [ "$(systemctl --user show -P SubState $unit)" = start-pre ]; do sleep 0.02; done
      done`,
    );
    const ran = await fleet(box, "stop", "--yes", "killed", "proxy");
    expect([ran.code, await standing("killed", "proxy")], ran.stderr).toEqual([0, ""]);
  });
});
