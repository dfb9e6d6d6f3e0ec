import { count } from "../../text/counting.ts";
import type { Operation, ProcessInside, WorktreeFinding } from "../../worktrees/worktree.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns something about a worktree in words: `2 changed files (src/a.ts)`. */
export function findingPhrase(finding: WorktreeFinding): string {
  switch (finding.kind) {
    case "missing":
      return "its folder was deleted, and git still has its entry";
    case "lost":
      return "its folder does not lead to its repository";
    case "unknown":
      return `unknown: ${visible(finding.message)}`;
    case "found":
      return "made by somebody else, fleet has only found it";
    case "foreign":
      return "without the mark of this fleet";
    case "other-owner":
      return "of another account";
    case "locked":
      return `locked: ${finding.reason === "" ? "without a reason" : visible(finding.reason)}`;
    case "in-use":
      return `in use by ${finding.processes.slice(0, mostProcesses).map(processPhrase).join(", ")}${moreProcesses(finding.processes.length)}`;
    case "operation":
      return operationPhrases[finding.operation];
    case "conflicts":
      return `conflicts in ${count(finding.count, "file")} (${visible(finding.example)})`;
    case "changed":
    case "untracked":
    case "ignored":
      return `${count(finding.count, `${finding.kind} file`)} (${visible(finding.example)})`;
    case "hidden":
      return `${count(finding.count, "file")} that git does not compare (${visible(finding.example)})`;
    case "submodules":
      return "submodules";
    case "detached":
      return `${count(finding.count, "commit")} without a branch`;
    case "unborn":
      return "a branch without a commit";
    case "unpushed":
      return `${count(finding.count, "unpushed commit")} on ${visible(finding.branch)}`;
    case "stashed":
      return `${finding.count === 1 ? "1 stash" : `${finding.count} stashes`} of ${visible(finding.branch)}`;
  }
}

const mostProcesses = 3;

function processPhrase({ pid, name }: ProcessInside): string {
  return `${visible(name)} (${pid})`;
}

function moreProcesses(all: number): string {
  return all > mostProcesses ? ` and ${all - mostProcesses} more` : "";
}

const operationPhrases: Readonly<Record<Operation, string>> = {
  rebase: "a rebase under way",
  am: "a rebase or git am under way",
  merge: "a merge under way",
  "cherry-pick": "a cherry-pick or revert under way",
  revert: "a revert under way",
  bisect: "a bisect under way",
  command: "a git command under way, or one that was killed (index.lock)",
};
