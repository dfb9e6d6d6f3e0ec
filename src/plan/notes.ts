import type { Layout } from "../desired/layout.ts";
import type { Desired } from "../desired/types.ts";
import type { Observed } from "../observe/types.ts";
import type { Change, FileChange } from "./types.ts";
import { unitPhase } from "./unit-state.ts";

/** What the user should know beside the actions, as whole sentences. */
export function planNotes(
  desired: Desired,
  observed: Observed,
  sharedChanges: readonly FileChange[],
  hindrance: Change | undefined,
): readonly string[] {
  return [
    ...(hindrance === undefined ? [] : [hindranceNote(hindrance, desired.layout)]),
    ...holderNote(desired, observed, sharedChanges),
    ...olderScriptNote(desired, observed),
    ...renamedNotes(observed),
  ];
}

/** What stands in the way of the whole fleet, and what to do about it. */
export function hindranceNote({ reason, detail }: Change, { fleet, socket, holderUnit }: Layout): string {
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
  return `Blocked: ${detail} and does not carry the mark of fleet ${fleet}. Move it away, or choose another name for the fleet.`;
}

function holderNote(
  { layout }: Desired,
  { units }: Observed,
  changes: readonly FileChange[],
): readonly string[] {
  const changed = changes.some(({ role }) => role === "holder");
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
  const names = older.map(({ agent }) => agent ?? "").sort((a, b) => (a < b ? -1 : 1));
  const who =
    names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
  return [`Runs an older start script until its next start: ${who}.`];
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
