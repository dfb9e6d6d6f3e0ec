import type { Layout } from "../../desired/layout.ts";
import type { Observed, ObservedTmuxConfig } from "../../observed/types.ts";
import { unitPhase } from "../view/unit-phase.ts";

/** How long the end of a tmux server is worth a note, ms. */
const recentMs = 60 * 60 * 1_000;

/** Returns what is wrong with the tmux server and its configuration, as whole sentences. */
export function tmuxNotes(observed: Observed, layout: Layout): readonly string[] {
  const { tmuxConfig, startErrors = [] } = observed;
  return [
    ...serverNote(observed, layout),
    ...configNote(tmuxConfig),
    ...startErrorNote(withoutTold(startErrors, tmuxConfig), layout),
  ];
}

/** That the server is gone, or was and is back. Each of its agents shows the same otherwise, and not why. */
function serverNote(observed: Observed, { holderUnit }: Layout): readonly string[] {
  const { units, startFailure, serverEndMs, now } = observed;
  const phase = unitPhase(units.get(holderUnit));
  if (phase === "failed" || phase === "restarting" || (phase === "starting" && startFailure !== undefined)) {
    const next = phase === "failed" ? "systemd has given up on it" : "systemd tries again";
    return [
      startFailure === undefined
        ? `The tmux server does not run, and ${next}. No agent runs without it. The reason: journalctl --user-unit=${holderUnit}`
        : `The tmux server does not start, and ${next}. No agent runs without it. The reason: ${startFailure}`,
    ];
  }
  if (phase !== "running" || serverEndMs === undefined || now - serverEndMs > recentMs) return [];
  const time = new Date(serverEndMs).toTimeString().slice(0, 8);
  return [`The tmux server ended and is back since ${time}. All of its agents were started again.`];
}

function configNote(config: ObservedTmuxConfig | undefined): readonly string[] {
  switch (config?.kind) {
    case undefined:
      return [];
    case "missing":
      return [`tmux.config does not exist: ${config.path}. The tmux server starts without it.`];
    case "unreadable":
      return [
        `tmux.config cannot be read: ${config.path}: ${config.message}. The tmux server starts without it.`,
      ];
    case "read":
      return config.errors === undefined || config.errors.length === 0
        ? []
        : [`tmux loads nothing of tmux.config, because of ${listed(config.errors)}.`];
  }
}

function startErrorNote(errors: readonly string[], { holderUnit }: Layout): readonly string[] {
  if (errors.length === 0) return [];
  return [
    `The tmux server found ${listed(errors)} in its configuration when it started. ` +
      `All of them: journalctl --user-unit=${holderUnit}`,
  ];
}

/** Leaves out errors that the note about tmux.config tells already. */
function withoutTold(errors: readonly string[], config: ObservedTmuxConfig | undefined): readonly string[] {
  if (config === undefined) return errors;
  if (config.kind !== "read") return errors.filter((error) => !error.startsWith(`${config.path}:`));
  return errors.filter((error) => config.errors?.includes(error) !== true);
}

function listed([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? `an error (${first})` : `${others.length + 1} errors (the first: ${first})`;
}
