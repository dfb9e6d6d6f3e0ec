import { count } from "../../text/counting.ts";
import type { PrunedWorktree } from "../../worktrees/prune.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { keepHint, keepPhrase } from "./keep-text.ts";

/** The form of the result. */
export interface PruneForm {
  /** False for a look that has removed nothing. */
  readonly isReal: boolean;
  readonly colors: Colors;
}

/** Returns the result of `fleet worktree prune`: the worktrees that can go, the others with each reason, and the sum. */
export function pruneLines(pruned: readonly PrunedWorktree[], form: PruneForm): readonly string[] {
  const shown = pruned.filter((each) => !isOnlyDeclared(each));
  const lines = shown.flatMap((each) => oneLines(each, form.colors));
  const declared = pruned.length - shown.length;
  if (declared > 0)
    lines.push(`${count(declared, "worktree")} of declared agents ${declared === 1 ? "stays" : "stay"}.`);
  return [...lines, sumLine(shown, form.isReal)];
}

function isOnlyDeclared({ outcome }: PrunedWorktree): boolean {
  return outcome.kind === "kept" && outcome.reasons.every(({ kind }) => kind === "declared");
}

function oneLines(pruned: PrunedWorktree, colors: Colors): readonly string[] {
  const { agent, branch, outcome } = pruned;
  const path = visible(pruned.path);
  switch (outcome.kind) {
    case "would-remove":
    case "removed": {
      const isDone = outcome.kind === "removed";
      const does = isDone ? "removed" : "can go";
      const backups = outcome.backups.map(
        (ref) => `      a commit that only its reflog knows ${isDone ? "is kept" : "will be kept"} as ${ref}`,
      );
      const stays = branch === undefined ? "" : `, and branch ${visible(branch)} stays`;
      return [`  ${colors.red("-")} ${agent}: ${path} ${does}${stays}`, ...backups];
    }
    case "kept":
      return [
        `    ${agent}: ${path} stays`,
        ...outcome.reasons.map((reason) => {
          const hint = keepHint(reason, pruned);
          return `      ${keepPhrase(reason)}${hint === undefined ? "" : `: ${visible(hint)}`}`;
        }),
      ];
    case "failed":
      return [
        `  ${colors.red("!")} ${agent}: ${path} stays, because its removal failed`,
        ...outcome.diagnostics.map(
          ({ summary, detail }) =>
            `      ${visible(summary)}${detail === undefined ? "" : `: ${visible(detail)}`}`,
        ),
      ];
  }
}

function sumLine(shown: readonly PrunedWorktree[], isReal: boolean): string {
  const outcomeCount = (...kinds: readonly PrunedWorktree["outcome"]["kind"][]): number =>
    shown.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  if (shown.length === 0) return "No worktrees to remove.";
  const kept = outcomeCount("kept", "failed");
  const rest = kept === 0 ? "" : `, ${kept} to keep`;
  if (isReal)
    return `${count(outcomeCount("removed"), "worktree")} removed${kept === 0 ? "" : `, ${kept} kept`}.`;
  const removable = outcomeCount("would-remove");
  const how = removable === 0 ? "" : " Nothing was removed: add --yes to remove.";
  return `${count(removable, "worktree")} to remove${rest}.${how}`;
}
