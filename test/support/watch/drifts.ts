import { pathOf } from "../fleet/fleet.ts";

/** An event of one agent, or of a shared file, behind the fleet's back. */
export interface Drift {
  /** The object that it hits. */
  readonly what: string;
  /** The event as shell, run in ~/.config; AGENT stands for the agent's name. */
  readonly script: string;
  /** The watch's report after it has fixed it, as a pattern; nothing if systemd fixes it. */
  readonly told: string | undefined;
  /** True if the agent's process is another one afterwards. */
  readonly isStarted: boolean;
  /** Settings of the agent in fleet.yaml, on top of the common ones. */
  readonly settings: object;
}

/** Each is for an agent of its own: one that is started twice within a short time has to wait. */
export const drifts: readonly Drift[] = [...endings(), ...edits()];

/** Returns the drifts that end an agent. */
function endings(): readonly Drift[] {
  const pane = "$(tmux -N -L mosaic-factory list-panes -t =AGENT: -F '#{pane_pid}')";
  const killCommand = `pane=${pane}; kill -9 $(cat /proc/$pane/task/$pane/children)`;
  const killSession = "tmux -N -L mosaic-factory kill-session -t =AGENT:";
  const alone = { restart: { policy: "no" } };
  // A look during the work of systemd does not see the failure yet.
  const failed = (status: number): string => `(failed exit status ${status}|not-running)`;
  const ending = (what: string, script: string, told: string | undefined, settings: object = {}): Drift => ({
    what,
    script,
    told: told === undefined ? undefined : `AGENT started: ${told}`,
    isStarted: true,
    settings,
  });
  return [
    ending("an agent that was stopped", "systemctl --user stop mosaic-agent@AGENT", "not-running"),
    ending("an agent that was killed", killCommand, failed(137), alone),
    ending("an agent whose session was killed", killSession, failed(129), alone),
    ending("an agent whose session was killed, and that systemd restarts", killSession, undefined),
  ];
}

/** Returns the drifts that change files, unnoticed by any agent. */
function edits(): readonly Drift[] {
  const [env, dropIn, dropIns, link] = [
    pathOf.env("AGENT"),
    pathOf.dropIn("AGENT"),
    pathOf.dropIns("AGENT"),
    pathOf.link("AGENT"),
  ];
  const template = "systemd/user/mosaic-agent@.service";
  const holder = "systemd/user/mosaic-tmux-holder.service";
  const script = "mosaic/tools/fleet/start-agent-session.sh";
  const edit = (what: string, shell: string, told: string): Drift => ({
    what,
    script: shell,
    told,
    isStarted: false,
    settings: {},
  });
  const ofAgent = (what: string, shell: string, told: string) => edit(what, shell, `AGENT changed: ${told}`);
  return [
    ofAgent("an env file that was edited", `sed -i s/opus/haiku/ ${env}`, "file-edited env file"),
    ofAgent("an env file that was removed", `rm ${env}`, "file-missing env file"),
    ofAgent(
      "an env file that others may read",
      `chmod 644 ${env}`,
      "mode-changed env file has mode 0644 instead of 0600",
    ),
    ofAgent("a drop-in that was edited", `sed -i s/512M/2G/ ${dropIn}`, "file-edited drop-in"),
    ofAgent("a drop-in that was removed with its folder", `rm -r ${dropIns}`, "settings-changed MemoryMax"),
    ofAgent("a link that was removed", `rm ${link}`, "link-missing starts at boot"),
    ofAgent(
      "an agent that was disabled",
      "systemctl --user disable mosaic-agent@AGENT",
      "link-missing starts at boot",
    ),
    edit(
      "a template that was edited",
      `sed -i s/^TimeoutStopSec=.*/TimeoutStopSec=1/ ${template}`,
      "template: file-edited TimeoutStopSec",
    ),
    edit("a holder's unit that was removed", `rm ${holder}`, "holder: file-missing"),
    edit(
      "a start script that may not be run any more",
      `chmod -x ${script}`,
      "script: mode-changed mode 0644 instead of 0755",
    ),
  ];
}
