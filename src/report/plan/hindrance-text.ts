import type { Note } from "../../plan/note.ts";
import { fleetCommand, wording, type Wording } from "../../diagnostics/wording.ts";
import { changePhrase } from "../change-text.ts";
import { foreignObjectPhrase } from "../obstacle-text.ts";

/** Returns the obstacle of the whole fleet, and the way out, as whole sentences. */
export function hindranceWording({
  change,
  fleet,
  socket,
  holder,
}: Extract<Note, { readonly kind: "hindrance" }>): Wording {
  const what = changePhrase(change);
  if (change.reason === "socket-claimed") {
    return (
      `Blocked: fleet ${change.fleet} uses tmux socket ${socket} too, and one server cannot have two holders. ` +
      "Choose another tmux.socket, or destroy that fleet."
    );
  }
  if (change.reason === "unit-masked") {
    return `Blocked: ${change.unit} is masked, and without it no agent runs: systemctl --user unmask ${change.unit}.`;
  }
  if (change.reason === "unit-replaced") {
    return `Blocked: systemd reads ${change.path} instead of the fleet's own unit. Move it away, then systemctl --user daemon-reload.`;
  }
  if (change.reason === "newer-version") {
    return `Blocked: ${what}. It changes nothing: start it again, and with the newer version.`;
  }
  if (change.reason === "foreign-tmux-server") {
    return isHolder(change.unit)
      ? `Blocked: ${what}. It belongs to another fleet: choose another tmux.socket.`
      : `Blocked: ${what}. Sessions in it would not be the fleet's own. ` +
          `Finish the work in it and end it with \`tmux -L ${socket} kill-server\`, or choose another tmux.socket.`;
  }
  if (change.reason === "no-tmux-server") {
    return (
      `Blocked: ${what}. If tmux.socket was changed, set it back, or destroy the fleet before the change; ` +
      `if the socket file was deleted, ` +
      `\`systemctl --user kill --kill-who=main --signal=USR1 ${holder}\` makes tmux create it again.`
    );
  }
  if (change.reason === "not-ours") {
    return wording`Blocked: ${foreignObjectPhrase(change)} and does not carry the mark of fleet ${fleet}. Move it away, or choose another name for the fleet; if its agents were made by hand: ${fleetCommand("adopt")} --all.`;
  }
  return `Blocked: ${what}.`;
}

/** Returns true for the holder unit of a fleet: this one's runs its own server. */
function isHolder(unit: string | undefined): boolean {
  return unit?.endsWith("-tmux-holder.service") === true;
}
