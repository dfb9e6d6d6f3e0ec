import type { Worktree } from "../../worktrees/worktree.ts";
import { visible } from "../terminal/display-text.ts";
import { displayWidth, padEnd } from "../terminal/display-width.ts";
import { findingPhrase } from "./finding-text.ts";

/** Returns the table of worktrees. */
export function worktreeLines(worktrees: readonly Worktree[]): readonly string[] {
  if (worktrees.length === 0)
    return ["No worktrees. fleet has made none for these agents, or they are gone."];
  const rows = worktrees.map(({ agent, branch, path, ...worktree }) => [
    agent,
    visible(branch ?? "-"),
    visible(path),
    statePhrase(worktree),
  ]);
  const table = [["AGENT", "BRANCH", "PATH", "STATE"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => displayWidth(row[column] ?? ""))));
  const lines = table.map((row) => row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join("  "));
  return worktrees.every(({ isDeclared }) => isDeclared)
    ? lines
    : [
        ...lines,
        "",
        "fleet worktree prune shows which worktrees of former agents can go, and why the others stay.",
      ];
}

function statePhrase({ isDeclared, findings }: Pick<Worktree, "isDeclared" | "findings">): string {
  const state = findings.length === 0 ? "clean" : findings.map(findingPhrase).join("; ");
  return isDeclared ? state : `former agent; ${state}`;
}
