import type { Sandbox } from "../support/rig/sandbox.ts";
import { apply, declare } from "../support/fleet/fleet.ts";
import type { Look } from "./look.ts";
import { staysUp } from "./model.ts";

/** Everything outside of fleet `mosaic`. The fleet may never touch it. */
const beside = [
  /^file\|\.config\/night\//,
  /^file\|\.config\/systemd\/user\/(?:[^|]*\/)?night-[^|]*\|[fl]/,
  /^file\|\.config\/systemd\/user\/mosaic-agent@ant\.service\.d\/override\.conf\|/,
  /^unit\|night-/,
  /^pane\|(?:night-factory|default)\|/,
];

/** Things on the fleet's own tmux server that end with it. */
const within = [
  /^file\|\.config\/mosaic\/fleet\/agents\/byhand\.env\|/,
  /^unit\|mosaic-agent@byhand\./,
  /^pane\|mosaic-factory\|byhand\|/,
  /^pane\|mosaic-factory\|\|[^|]*\|[^|]*\|guest\|/,
];

/** Returns the lines of a look about the strangers: all, or those apart from the fleet's tmux server. */
export function strangersIn({ lines }: Look, which: "all" | "beside"): readonly string[] {
  const patterns = which === "all" ? [...beside, ...within] : beside;
  return lines.filter((line) => patterns.some((pattern) => pattern.test(line)));
}

/** Makes another fleet, the user's own tmux server and a drop-in of the user's. */
export async function makeNeighbours(box: Sandbox): Promise<void> {
  await box.sh("tmux new-session -d -s ant 'exec sleep 1000000'");
  await declare(box, {
    name: "night",
    agents: {
      ant: { command: staysUp, onChange: "restart" },
      owl: { command: staysUp, resources: { tasksMax: 9 } },
    },
  });
  await apply(box);
  await box.write("~/.config/systemd/user/mosaic-agent@ant.service.d/override.conf", "[Service]\nNice=1\n");
  await box.sh("systemctl --user daemon-reload");
}

/** Makes a missing session of somebody's and a missing agent by hand, both on the fleet's tmux server. */
export async function makeGuests(box: Sandbox): Promise<void> {
  await box.sh(`
    env=~/.config/mosaic/fleet/agents/byhand.env
    [ -e $env ] || echo 'MOSAIC_AGENT_COMMAND="exec sleep 1000000"' >$env
    systemctl --user is-active --quiet mosaic-agent@byhand.service || {
      systemctl --user reset-failed mosaic-agent@byhand.service 2>/dev/null || true
      systemctl --user start mosaic-agent@byhand.service
    }
    tmux -N -L mosaic-factory has-session -t =guest: 2>/dev/null ||
      tmux -N -L mosaic-factory new-session -d -s guest 'exec sleep 1000000'`);
}
