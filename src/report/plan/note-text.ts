import { compareVersions } from "../../text/compare-versions.ts";
import type { Note, OtherWatch } from "../../plan/note.ts";
import { fleetCommand, wording, type Wording } from "../../diagnostics/wording.ts";
import { listOf } from "../../text/counting.ts";
import { formatDuration } from "../../text/durations.ts";
import { namesText } from "../alike.ts";
import { journalCommand } from "../journal-command.ts";
import { wordingText } from "../terminal/wording-text.ts";
import { heldPhrase } from "../phrases.ts";
import { hindranceWording } from "./hindrance-text.ts";

/** Returns a note as whole sentences of text. */
export function noteText(note: Note): string {
  return wordingText(noteWording(note));
}

/** Returns a note as whole sentences. */
export function noteWording(note: Note): Wording {
  switch (note.kind) {
    case "hindrance":
      return hindranceWording(note);
    case "holder-outdated":
      return (
        `The new text of ${note.holder} takes effect at its next start. ` +
        "It is not restarted: that would end every session."
      );
    case "another-fleet":
      return (
        `This fleet is new on this machine, where there is already: ${note.others.join(", ")}. ` +
        "If you have changed its name, destroy it under the old one first: both would run."
      );
    case "another-file":
      return `${note.path} was applied last, and not this file: agents that are only in there are removed.`;
    case "watch-broken":
      return (
        `${note.unit} cannot start the watch any more: ${note.missing} is gone, as after an upgrade of node. ` +
        "Install it again: fleet watch --install"
      );
    case "newer-version":
      return (
        `mosaic-fleet ${note.installed} has installed this fleet, and this is ${note.own}: ` +
        "an apply takes its start script and units back. Use the newer version."
      );
    case "other-watch": {
      const which = note.version === undefined ? "an earlier version" : `version ${note.version}`;
      return `The watch of this fleet (process ${note.pid}) runs ${which}, and this is ${note.own}: ${renewal(note, note.own)}.`;
    }
    case "server-down":
    case "server-back":
    case "tmux-config-missing":
    case "tmux-config-unreadable":
    case "tmux-config-wrong":
    case "tmux-start-errors":
    case "socket-gone":
      return serverNoteText(note);
    case "next-runs":
      return `Next run: ${note.runs.map(({ agent, at }) => `${agent} ${at}`).join(", ")}.`;
    case "left-out":
    case "started-along":
    case "left-to-systemd":
    case "comes-back":
    case "agents-stay":
    case "shared-stays":
    case "logs-stay":
    case "worktrees-stay":
    case "assumed":
      return commandText(note);
    case "older-script":
    case "session-renamed":
    case "workdir-removed":
    case "worktree-failed":
    case "went-to-background":
    case "ended-by-itself":
    case "starts-held":
    case "restarts-in-turns":
    case "adoptable":
    case "not-as-declared":
    case "looks-renamed":
    case "more-look-renamed":
      return agentText(note);
  }
}

type NoteOf<Kind extends Note["kind"]> = Extract<Note, { readonly kind: Kind }>;

/** Returns what to do about a watch of another version. */
export function renewal({ unit, version }: OtherWatch, own: string): string {
  if (version !== undefined && compareVersions(version, own) > 0) return "use the newer version";
  return unit === undefined
    ? "end it where it was started, and start fleet watch again"
    : "run fleet watch --install, which restarts it and touches no agent";
}

function serverNoteText(
  note: NoteOf<
    | "server-down"
    | "server-back"
    | "tmux-config-missing"
    | "tmux-config-unreadable"
    | "tmux-config-wrong"
    | "tmux-start-errors"
    | "socket-gone"
  >,
): string {
  switch (note.kind) {
    case "server-down": {
      const next = note.isGivenUp ? "systemd has given up on it" : "systemd tries again";
      return note.failure === undefined
        ? `The tmux server does not run, and ${next}. No agent runs without it. The reason: ${journalCommand(note.holder)}`
        : `The tmux server does not start, and ${next}. No agent runs without it. The reason: ${note.failure}`;
    }
    case "server-back": {
      const time = new Date(note.sinceMs).toTimeString().slice(0, 8);
      return `The tmux server ended and is back since ${time}. All of its agents were started again.`;
    }
    case "tmux-config-missing":
      return `tmux.config does not exist: ${note.path}. The tmux server starts without it.`;
    case "tmux-config-unreadable":
      return `tmux.config cannot be read: ${note.path}: ${note.problem}. The tmux server starts without it.`;
    case "tmux-config-wrong":
      return `tmux loads nothing of tmux.config, because of ${errorsText(note.errors)}.`;
    case "tmux-start-errors":
      return (
        `The tmux server found ${errorsText(note.errors)} in its configuration when it started. ` +
        `All of them: ${journalCommand(note.holder)}`
      );
    case "socket-gone":
      return (
        `The file of tmux socket ${note.socket} is gone, as after a cleaner of /tmp; its server (process ${note.pid}) and the ` +
        "sessions live. The server makes the file again; the rest of the plan follows after that."
      );
  }
}

function agentText(
  note: NoteOf<
    | "older-script"
    | "session-renamed"
    | "workdir-removed"
    | "worktree-failed"
    | "went-to-background"
    | "ended-by-itself"
    | "starts-held"
    | "restarts-in-turns"
    | "adoptable"
    | "not-as-declared"
    | "looks-renamed"
    | "more-look-renamed"
  >,
): Wording {
  switch (note.kind) {
    case "older-script":
      return `Runs an older start script until its next start: ${listOf(note.agents)}.`;
    case "session-renamed":
      return `The session of ${note.agent} was renamed to ${note.session}.`;
    case "workdir-removed": {
      const { agents, path, isMissing } = note;
      const what = `${listOf(agents)} ${agents.length === 1 ? "works" : "work"} in ${path}, which was removed`;
      const restart = wording`${fleetCommand("restart")} ${agents.join(" ")}`;
      return isMissing
        ? wording`${what}: every call there fails. It is not restarted without a directory. Make the directory again, and then: ${restart}`
        : wording`${what} and made again since: every call in the old one fails. To work in the new one: ${restart}`;
    }
    case "worktree-failed":
      return `Agent ${note.agent}: ${note.failure}`;
    case "went-to-background":
      return (
        `The command of ${note.agent} went to the background: it ended with exit status 0 and left ${note.left}, ` +
        "which ended with the agent. Have it run in the foreground (many programs have an option for that)."
      );
    case "ended-by-itself":
      return wording`The command of ${listOf(note.agents)} ended by itself with exit status 0, and is started again, at once by: ${fleetCommand("start")} ${note.agents.join(" ")}. If its work is done then, declare it as a job: run: once.`;
    case "starts-held":
      return startsHeldText(note);
    case "restarts-in-turns":
      return turnsText(note);
    case "adoptable":
      return wording`To take over what was made by hand, without a restart: ${fleetCommand("adopt")} ${note.agents.join(" ")}`;
    case "not-as-declared":
      return wording`For ${note.agents.join(", ")}: make fleet.yaml match what is running, run ${fleetCommand("adopt")} ${note.agents.join(" ")}, then change it. Or stop it, move its env file away and apply.`;
    case "looks-renamed":
      return (
        `${note.old} looks like ${note.agent} under another name, and its session is to end. If it is the same agent, ` +
        `write \`formerly: ${note.formerly}\` under ${note.entry} in fleet.yaml: then ${note.agent} takes the place of ${note.old}.`
      );
    case "more-look-renamed":
      return `${note.count} more agents look like others under another name.`;
  }
}

function turnsText({ runtime, count, parallel, intervalMs }: NoteOf<"restarts-in-turns">): string {
  const whose = runtime === undefined ? "" : ` of runtime ${runtime}`;
  const each = parallel === 1 ? "one at a time" : `${parallel} at a time`;
  return (
    `${count} agents${whose} restart in turns: ${each}, ${formatDuration(intervalMs)} apart. ` +
    "If those do not run again, the others keep running as before."
  );
}

function startsHeldText(note: NoteOf<"starts-held">): Wording {
  const whose = note.runtime === undefined ? "" : ` of runtime ${note.runtime}`;
  const [first = ""] = note.agents;
  const next = note.isTrying
    ? "One agent is being tried now."
    : wording`The next try is at ${new Date(note.untilMs).toTimeString().slice(0, 8)}; at once by: ${fleetCommand("start")} ${first}`;
  return wording`No further agent${whose} starts, because ${heldPhrase(note)}: ${listOf(note.agents)} ${note.agents.length === 1 ? "waits" : "wait"}. ${next}`;
}

/** The most names in a command. */
const mostNamed = 10;

function commandText(
  note: NoteOf<
    | "left-out"
    | "started-along"
    | "left-to-systemd"
    | "comes-back"
    | "agents-stay"
    | "shared-stays"
    | "logs-stay"
    | "worktrees-stay"
    | "assumed"
  >,
): Wording {
  switch (note.kind) {
    case "left-out":
      return note.selected === 1
        ? `One of ${note.all} agents is selected. The others are left out, and not touched.`
        : `${note.selected} of ${note.all} agents are selected. The others are left out, and not touched.`;
    case "started-along":
      return `Not selected, but systemd starts them too, because selected agents depend on them: ${listOf(note.agents)}.`;
    case "left-to-systemd":
      return `A saved plan does not start agents that systemd is about to start again after a failure: ${namesText(note.agents)}.`;
    case "comes-back": {
      const { agents } = note;
      const keep =
        agents.length > mostNamed
          ? "To prevent that, add --keep-down."
          : wording`To prevent that: ${fleetCommand("stop")} --keep-down ${agents.join(" ")}`;
      return wording`fleet.yaml says that ${namesText(agents)} should run: the next apply starts ${agents.length === 1 ? "it" : "them"} again. ${keep}`;
    }
    case "agents-stay": {
      const which = note.count === 1 ? "one agent stays" : `${note.count} agents stay`;
      return `The holder and the shared files stay: ${which}.`;
    }
    case "shared-stays": {
      const names = note.users.map(({ kind, name }) => `${kind} ${name}`).join(", ");
      const ends = note.users.map(({ kind, name }) =>
        kind === "session"
          ? `tmux -L ${note.socket} kill-session -t '=${name}:'`
          : `systemctl --user stop ${name}`,
      );
      return wording`The holder and the shared files stay: not of this fleet, but living on it: ${names}. If nobody needs it, end it (${ends.join("; ")}) and run ${fleetCommand("destroy")} again.`;
    }
    case "logs-stay": {
      const { agents, folder } = note;
      const name = agents.length === 1 ? agents[0] : "AGENT";
      return `The log files of ${namesText(agents)} stay: ${folder}/${name}/output.log*`;
    }
    case "worktrees-stay":
      return worktreesText(note);
    case "assumed": {
      const how =
        note.base === undefined ? "an empty machine" : `${note.base.host} as of ${note.base.takenAt}`;
      return `Planned against ${how}, which says nothing of ${note.path}: it is assumed to exist.`;
    }
  }
}

function errorsText([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? `an error (${first})` : `${others.length + 1} errors (the first: ${first})`;
}

function worktreesText({ worktrees, isDestroy }: NoteOf<"worktrees-stay">): string {
  const [first] = worktrees;
  if (first !== undefined && worktrees.length === 1)
    return `The worktree of ${first.agent} stays: ${first.path}. To look at it and remove it later: fleet worktree prune ${first.agent}.`;
  const names = namesText(worktrees.map(({ agent }) => agent));
  return `The worktrees of ${names} stay. To look at them and remove them later: fleet worktree prune${isDestroy ? " --all" : ""}.`;
}
