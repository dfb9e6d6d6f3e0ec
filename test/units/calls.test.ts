import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import { declare, dropIn, pane, property, systemctl, unitOf, untilState } from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";

/**
 * Agents started by an older version of the script make these calls to its replacement. If this test fails, an upgrade
 * would end agents without their exit status, or without the time to save.
 */
describe("the start script, as it calls itself and as units call it", () => {
  const box = useUnits();
  beforeAll(async () => {
    // Sourced, so that $0 and the name of the process stay the script's.
    await box.sh(`mv ${script} ~/script
      printf '%s\\n' '#!/bin/sh' 'echo "$*" >>/run/home/calls' '. /run/home/script' >${script}
      chmod +x ${script}`);
  });

  const calls = async () => ((await box.read("~/calls")) ?? "").trimEnd().split("\n");

  it("keeps the arguments that a running agent uses at its end", async () => {
    await dropIn(box, "a", "[Service]\nRestart=no\n");
    await declare(box, "a", { MOSAIC_AGENT_COMMAND: "exit 3" });
    await systemctl(box, "start", unitOf("a"));
    await until("its end is over", async () => (await calls()).some((call) => call.startsWith("--stopped")));
    await until("it has failed", async () => (await property(box, "a", "ActiveState")) === "failed");
    expect(await property(box, "a", "ExecMainStatus")).toBe("3");
    const directory = `/run/user/${box.uid}/mosaic-agent/a`;
    expect(await calls()).toEqual([
      "--holder",
      "a",
      expect.stringMatching(
        new RegExp(`^--pane a ${directory} /sys/fs/cgroup\\S+/${unitOf("a")} /proc/\\d+/fd/3 \\d+$`),
      ),
      "--stopped a",
    ]);
  });

  it("answers the calls of an older version, whose main process is a flock", async () => {
    // The start of that version, shortened: a FIFO for the pane's answer, and a lock for its end.
    await box.write(
      "~/older",
      `#!/bin/sh
directory=\${RUNTIME_DIRECTORY%%:*} group=$(sed -n 's/^0:://p' /proc/self/cgroup) unit=mosaic-agent@old.service
umask 077
export -p >"$directory/env"
unset TMUX_TMPDIR
mkfifo "$directory/ready"
script=~/.config/mosaic/tools/fleet/start-agent-session.sh
tmux -N -L mosaic-factory new-session -d -s old "$script" --pane old "$directory" "/sys/fs/cgroup$group" \
  "$directory/ready" "$$" \\; set-option -t =old: @mosaic_unit "$unit" \\; set-option -p -t =old: @mosaic_agent old \\; \
  set-option -p -t =old: remain-on-exit on
answer=$(timeout 5 cat "$directory/ready" | tail -n 1)
[ "$answer" = "$$ ready" ] || exit 1
flock "$directory/lock" "$script" --ended old "$unit" "$$" </dev/null &
echo "$!" >"$directory/pid"
`,
      0o755,
    );
    await dropIn(box, "old", "[Service]\nRestart=no\nExecStart=\nExecStart=%h/older\n");
    await declare(box, "old", { MOSAIC_AGENT_COMMAND: "read -r code; exit $code" });
    await systemctl(box, "start", unitOf("old"));
    expect(await property(box, "old", "ActiveState")).toBe("active");
    expect((await box.run(["flock", "-n", `/run/user/${box.uid}/mosaic-agent/old/lock`, "true"])).code).toBe(
      1,
    );
    expect(await pane(box, "=old:", "#{pane_dead}")).toBe("0");
    await box.sh("tmux -N -L mosaic-factory send-keys -t =old: 5 Enter");
    await untilState(box, "old", "failed");
    expect(await property(box, "old", "ExecMainStatus")).toBe("5");
    expect((await calls()).filter((call) => call.startsWith("--ended"))).toEqual([
      expect.stringMatching(`^--ended old ${unitOf("old")} \\d+$`),
    ]);
  });
});
