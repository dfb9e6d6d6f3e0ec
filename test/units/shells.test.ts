import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import {
  declare,
  dropIn,
  pane,
  property,
  sessions,
  systemctl,
  tmux,
  unitOf,
  untilShown,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

/** Possible programs for /bin/sh, each called by that name. */
const shells = ["dash", "bash", "busybox"].flatMap((name) => {
  const [path] = execFileSync("sh", ["-c", `command -v ${name} || :`], { encoding: "utf8" }).split("\n");
  return path ? [{ name, path }] : [];
});

describe.each(shells)("with $name as sh", ({ path }) => {
  const box = useUnits({ visible: { "shell/sh": path } });
  beforeAll(async () => {
    await box.sh("sed -i '1s|.*|#!/run/fleet/shell/sh|' ~/.config/mosaic/tools/fleet/start-agent-session.sh");
  });

  it("runs an agent through start, failure, restart and stop", async () => {
    const value = "'\"$HOME` \\ \n# é;";
    await declare(box, "canary", {
      VALUE: value,
      UID: "4321", // read-only in bash
      MOSAIC_AGENT_COMMAND: 'printf %s "$VALUE" >~/value; echo run; read -r code; exit "$code"',
    });
    await systemctl(box, "start", unitOf("canary"));
    await untilShown(box, "canary", "run");
    expect(await box.read("~/value")).toBe(value);
    const session = await pane(box, "=canary:", "#{session_id} #{pane_id}");

    await tmux(box, "send-keys", "-t", "=canary:", "7", "Enter");
    await until("it was restarted", async () => (await property(box, "canary", "NRestarts")) === "1");
    await until("it runs again", async () => (await property(box, "canary", "ActiveState")) === "active");
    expect(await box.read(`/run/user/${box.uid}/mosaic-agent/canary/status`)).toBe("7\n");

    await systemctl(box, "restart", unitOf("canary"));
    expect(await pane(box, "=canary:", "#{session_id} #{pane_id} #{pane_dead}")).toBe(`${session} 0`);

    await systemctl(box, "stop", unitOf("canary"));
    expect(await property(box, "canary", "Result")).toBe("success");
    expect(await sessions(box)).toEqual([]);
  });

  it("runs the steps of an agent with ready, stop and hooks", async () => {
    const script = "%E/mosaic/tools/fleet/start-agent-session.sh";
    const hook = 'echo \\"$MOSAIC_HOOK $MOSAIC_EXIT_STATUS\\" >>~/steps';
    await dropIn(
      box,
      "steps",
      `[Unit]
StartLimitBurst=50
[Service]
ExecStartPre=${script} --await-turn %i
ExecStartPre=${script} --before-start %i
ExecStopPost=-${script} --after-run %i
ExecStartPost=${script} --after-start %i
ExecStop=-${script} --before-stop %i
ExecStopPost=-${script} --after-failure %i
Environment="MOSAIC_AGENT_START=runtime-x 1 30 1 2 fleet 5 10 0 5"
Environment=MOSAIC_AGENT_HOOK_TIMEOUT=9000 MOSAIC_AGENT_READY_TIMEOUT=9000 MOSAIC_AGENT_STOP_TIMEOUT=9000
Environment="MOSAIC_AGENT_HOOK_PRE_START=${hook}" "MOSAIC_AGENT_HOOK_POST_START=${hook}"
Environment="MOSAIC_AGENT_HOOK_PRE_STOP=${hook}" "MOSAIC_AGENT_HOOK_ON_FAILURE=${hook}"
Environment=MOSAIC_AGENT_READY_OUTPUT=^up$ MOSAIC_AGENT_STOP_SEND=/exit
`,
    );
    await declare(box, "steps", {
      MOSAIC_AGENT_COMMAND: 'echo up; read -r word; echo "$word" >>~/steps; [ "$word" = /exit ] || exit 7',
    });
    await systemctl(box, "start", unitOf("steps"));
    await tmux(box, "send-keys", "-t", "=steps:", "crash", "Enter");
    await until("it was restarted", async () => (await property(box, "steps", "NRestarts")) === "1");
    await until("it runs again", async () => (await property(box, "steps", "ActiveState")) === "active");
    const turns = "$XDG_RUNTIME_DIR/mosaic-tmux-holder/*-runtime-x";
    expect(await box.sh(`cat ${turns}`)).toMatch(/^7 1:steps\n2 \d+\n$/);
    await systemctl(box, "stop", unitOf("steps"));
    expect(await property(box, "steps", "Result")).toBe("success");
    const once = ["preStart ", "postStart "];
    expect((await box.read("~/steps"))?.trimEnd().split("\n")).toEqual([
      ...once,
      "crash",
      "onFailure 7",
      ...once,
      "preStop ",
      "/exit",
    ]);
  });
});
