import type { Deviation } from "../plan/deviation.ts";
import type { Note } from "../plan/note.ts";
import type { CheckName, Severity } from "./finding.ts";

/** The check and severity of each kind of note; undefined for notes that only explain a plan. */
export const noteKinds: Readonly<Record<Note["kind"], readonly [CheckName, Severity] | undefined>> = {
  hindrance: ["fleet", "broken"],
  "holder-outdated": ["fleet", "advice"],
  "another-fleet": ["fleet", "advice"],
  "another-file": ["fleet", "warning"],
  "newer-version": ["fleet", "warning"],
  "watch-broken": ["watch", "broken"],
  "other-watch": ["watch", "warning"],
  "server-down": ["tmux-server", "broken"],
  "server-back": ["tmux-server", "advice"],
  "socket-gone": ["tmux-server", "broken"],
  "tmux-config-missing": ["tmux-config", "warning"],
  "tmux-config-unreadable": ["tmux-config", "warning"],
  "tmux-config-wrong": ["tmux-config", "warning"],
  "tmux-start-errors": ["tmux-config", "warning"],
  "older-script": ["agents", "advice"],
  "session-renamed": ["agents", "advice"],
  "workdir-removed": ["agents", "broken"],
  "worktree-failed": ["agents", "broken"],
  "went-to-background": ["agents", "warning"],
  "ended-by-itself": ["agents", "advice"],
  "starts-held": ["agents", "warning"],
  "restarts-in-turns": undefined,
  adoptable: ["agents", "advice"],
  "not-as-declared": ["agents", "warning"],
  "looks-renamed": undefined,
  "more-look-renamed": undefined,
  "next-runs": undefined,
  "left-out": undefined,
  "started-along": undefined,
  "left-to-systemd": undefined,
  "comes-back": undefined,
  "agents-stay": undefined,
  "shared-stays": undefined,
  "logs-stay": undefined,
  "worktrees-stay": undefined,
  assumed: undefined,
};

/** Returns the check of a deviation. */
export function checkOfDeviation({ kind }: Deviation): CheckName {
  return kind === "not-enforced" ? "controllers" : "overrides";
}
