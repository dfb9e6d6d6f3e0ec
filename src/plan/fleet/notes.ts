import { naturally } from "../../text/natural-order.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { tmuxNotes } from "./tmux-notes.ts";
import type { AgentPlan, Change, FileChange, PlanOptions } from "../types.ts";
import { runNotes } from "./run-notes.ts";
import { unitPhase } from "../view/unit-phase.ts";
import { listOf } from "../../text/counting.ts";

/** What the user should know beside the actions, as whole sentences. */
export function planNotes(
  desired: Desired,
  observed: Observed,
  sharedChanges: readonly FileChange[],
  hindrance: Change | undefined,
): readonly string[] {
  return [
    ...(hindrance === undefined ? [] : [hindranceNote(hindrance, desired.layout)]),
    ...tmuxNotes(observed, desired.layout),
    ...holderNote(desired, observed, sharedChanges),
    ...olderScriptNote(desired, observed),
    ...renamedNotes(observed),
    ...runNotes(desired, observed),
    ...newcomerNote(observed, sharedChanges),
    ...lostWatchNote(observed),
  ];
}

/** Who waits for an automatic restart that a plan leaves to systemd; nothing if there is nobody. */
export function leftToSystemdNotes(
  desired: Desired,
  { units }: Observed,
  { leaveToSystemd = false, only }: PlanOptions,
): readonly string[] {
  if (!leaveToSystemd) return [];
  const names = desired.agents
    .filter(({ name, state }) => state === "running" && (only?.has(name) ?? true))
    .filter(({ unit }) => unitPhase(units.get(unit)) === "restarting")
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `A saved plan leaves to systemd what it is about to start again after a failure: ${names.join(", ")}.`,
  ];
}

/** Tells of a file that removes agents which came from another one, such as the same file in another worktree. */
export function otherFileNotes(agents: readonly AgentPlan[], { appliedFile }: Observed): readonly string[] {
  const isRemoval = agents.some(({ reason }) => reason === "no-longer-declared");
  if (!isRemoval || appliedFile === undefined || appliedFile.isThis) return [];
  return [
    `${appliedFile.path} was applied last, and not this file: agents that are only in there are removed.`,
  ];
}

/** How to get on with agents that somebody made by hand. */
export function adoptionNotes(agents: readonly AgentPlan[]): readonly string[] {
  const namesBy = (...reasons: readonly (string | undefined)[]): string =>
    agents
      .filter(({ action, reason }) => action === "blocked" && reasons.includes(reason))
      .map(({ name }) => name)
      .join(" ");
  const [foreign, different] = [namesBy("not-ours"), namesBy("adopt-differs")];
  return [
    ...(foreign === ""
      ? []
      : [`To take over what was made by hand, without a restart: fleet adopt ${foreign}`]),
    ...(different === ""
      ? []
      : [
          `Of ${different}, let fleet.yaml say first what runs, adopt it, and change it then; ` +
            "or end it, move its env file away, and apply.",
        ]),
  ];
}

/** What stands in the way of the whole fleet, and what to do about it. */
export function hindranceNote({ reason, detail }: Change, { fleet, socket, holderUnit }: Layout): string {
  if (reason === "socket-claimed") {
    return (
      `Blocked: fleet ${detail} uses tmux socket ${socket} too, and one server cannot have two holders. ` +
      "Choose another tmux.socket, or destroy that fleet."
    );
  }
  if (reason === "unit-masked") {
    return `Blocked: ${detail} is masked, and without it no agent runs: systemctl --user unmask ${detail}.`;
  }
  if (reason === "unit-replaced") {
    return `Blocked: systemd reads ${detail} instead of the fleet's own unit. Move it away, then systemctl --user daemon-reload.`;
  }
  if (reason === "newer-version") {
    return `Blocked: ${detail}. It changes nothing: start it again, and with the newer version.`;
  }
  if (reason === "folder-unsafe" || reason === "file-unreadable") return `Blocked: ${detail}.`;
  if (reason === "foreign-tmux-server" && detail?.includes("-tmux-holder.service,")) {
    return `Blocked: ${detail}. That is another fleet's: choose another tmux.socket.`;
  }
  if (reason === "foreign-tmux-server") {
    return (
      `Blocked: ${detail}. Sessions in it would not be the fleet's own. ` +
      `Finish the work in it and end it with \`tmux -L ${socket} kill-server\`, or choose another tmux.socket.`
    );
  }
  if (reason === "no-tmux-server") {
    return (
      `Blocked: ${detail}. If tmux.socket was changed, set it back, or destroy the fleet before the change; ` +
      `if the socket file was deleted, ` +
      `\`systemctl --user kill --kill-who=main --signal=USR1 ${holderUnit}\` makes tmux create it again.`
    );
  }
  return (
    `Blocked: ${detail} and does not carry the mark of fleet ${fleet}. Move it away, or choose another name for the fleet; ` +
    "if its agents were made by hand: fleet adopt."
  );
}

function holderNote(
  { layout }: Desired,
  { units }: Observed,
  changes: readonly FileChange[],
): readonly string[] {
  const changed = changes.some(({ role, reason }) => role === "holder" && reason !== "not-loaded");
  if (!changed || unitPhase(units.get(layout.holderUnit)) !== "running") return [];
  return [
    `The new text of ${layout.holderUnit} takes effect at its next start. ` +
      "It is not restarted: that would end every session.",
  ];
}

function olderScriptNote({ unitsDigest, layout }: Desired, { tmux }: Observed): readonly string[] {
  if (tmux.kind === "absent") return [];
  const older = tmux.panes.filter(
    ({ dead, config, units }) => !dead && config?.fleet === layout.fleet && units !== unitsDigest,
  );
  if (older.length === 0) return [];
  const names = naturally(older.map(({ agent }) => agent ?? ""));
  const who = listOf(names);
  return [`Runs an older start script until its next start: ${who}.`];
}

/** A changed `name:` in a file makes a second fleet, which is hardly ever meant. */
function newcomerNote({ otherFleets = [] }: Observed, changes: readonly FileChange[]): readonly string[] {
  const isNew = changes.some(({ role, reason }) => role === "template" && reason === "new");
  if (!isNew || otherFleets.length === 0) return [];
  const names = otherFleets.map(({ fleet }) => fleet).join(", ");
  return [
    `This fleet is new on this machine, where there is already: ${names}. ` +
      "If you have changed its name, destroy it under the old one first: both would run.",
  ];
}

function renamedNotes({ tmux }: Observed): readonly string[] {
  if (tmux.kind === "absent") return [];
  return tmux.panes
    .filter(
      ({ dead, agent, sessionName, config }) =>
        !dead && config && agent !== undefined && agent !== sessionName,
    )
    .map(({ agent, sessionName }) => `The session of ${agent} was renamed to ${sessionName}.`)
    .sort();
}

function lostWatchNote({ lostWatch }: Observed): readonly string[] {
  if (lostWatch === undefined) return [];
  const { unit, missing } = lostWatch;
  return [
    `${unit} cannot start the watch any more: ${missing} is gone, as after an upgrade of node. ` +
      "Install it again: fleet watch --install",
  ];
}
