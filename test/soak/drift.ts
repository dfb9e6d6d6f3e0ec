const unit = "mosaic-agent@AGENT.service";
const tmux = "tmux -N -L mosaic-factory";
const env = "~/.config/mosaic/fleet/agents/AGENT.env";
const units = "~/.config/systemd/user";
const pane = `$(${tmux} list-panes -s -t =AGENT: -F '#{@mosaic_agent} #{pane_pid}' | sed -n 's/^AGENT //p')`;

/**
 * Undeclared events on a machine, as scripts in which AGENT stands for an agent's name. A script fails if it finds
 * nothing to change, and then nothing has happened.
 */
const scripts = {
  "kill -9 of the command of": `kill -9 $(cat /proc/${pane}/task/${pane}/children)`,
  "kill -9 of the pane's process of": `kill -9 ${pane}`,
  "kill -9 of the main process of": `systemctl --user kill -s KILL --kill-who=main ${unit}`,
  "kill -9 of all processes of": `systemctl --user kill -s KILL ${unit}`,
  "kill -9 of the tmux server, beside": `kill -9 $(${tmux} display-message -p '#{pid}')`,
  "systemctl stop": `systemctl --user stop ${unit}`,
  "systemctl restart": `systemctl --user reset-failed ${unit}; systemctl --user restart ${unit}`,
  "systemctl kill": `systemctl --user kill ${unit}`,
  "systemctl reset-failed": `systemctl --user reset-failed ${unit}`,
  "systemctl disable": `systemctl --user disable ${unit} 2>/dev/null`,
  "systemctl stop of the holder, beside": "systemctl --user stop mosaic-tmux-holder.service",
  "systemctl restart of the holder, beside": "systemctl --user restart mosaic-tmux-holder.service",
  "an edit of the env file of": `grep -q ^GEN= ${env} && sed -i 's/^GEN=.*/GEN=edited/' ${env}`,
  "the loss of the env file of": `rm ${env}`,
  "an open env file of": `chmod 644 ${env}`,
  "an edit of the drop-in of": `sed -i 's/^TimeoutStopSec=.*/TimeoutStopSec=2/' ${units}/${unit}.d/50-fleet.conf`,
  "the loss of the drop-in of": `rm ${units}/${unit}.d/50-fleet.conf`,
  "the loss of the link of": `rm ${units}/default.target.wants/${unit}`,
  "an edit of the template, beside": `sed -i 's/^TimeoutStartSec=.*/TimeoutStartSec=50/' ${units}/mosaic-agent@.service`,
  "the loss of the template, beside": `rm ${units}/mosaic-agent@.service`,
  "an edit of the holder's unit, beside": `sed -i 's/^RestartSec=.*/RestartSec=301ms/' ${units}/mosaic-tmux-holder.service`,
  "a start script without its run bit, beside":
    "chmod -x ~/.config/mosaic/tools/fleet/start-agent-session.sh",
  "kill-session": `${tmux} kill-session -t =AGENT:`,
  "rename-session": `${tmux} rename-session -t =AGENT: AGENT-renamed`,
  "a second window in the session of": `${tmux} new-window -d -t =AGENT: 'exec sleep infinity'`,
  "kill-pane of the pane of": `${tmux} kill-pane -t =AGENT:^.{top-left}`,
  "keys typed into": `${tmux} send-keys -t =AGENT: x`,
  "daemon-reload, beside": "systemctl --user daemon-reload",
  "daemon-reexec, beside": "systemctl --user daemon-reexec",
} as const;

export type DriftName = keyof typeof scripts;
export const driftNames = Object.keys(scripts) as readonly DriftName[];

/** Returns the shell script that makes a drift. */
export function driftScript(name: DriftName, agent: string): string {
  return scripts[name].replaceAll("AGENT", agent);
}

/** Returns true for a drift that changes or replaces the text of an env file. */
export function spoilsEnv(name: DriftName): boolean {
  return name === "an edit of the env file of" || name === "the loss of the env file of";
}
