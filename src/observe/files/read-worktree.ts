import { join } from "node:path/posix";
import { parseWorktreeMark, type WorktreeInput, type WorktreePlace } from "../../desired/inputs.ts";
import { worktreeFailurePath, worktreesPath, type Layout } from "../../desired/layout.ts";
import { maskText } from "../../secrets/mask.ts";
import { isEmptyFolder, kindOf, readContent } from "../../drivers/files/read.ts";
import { linkedGitFolder } from "./git-folder.ts";

/** Reads the place of a worktree without git: a plan starts no program for that. */
export function readWorktree({ agent, repo, path }: WorktreePlace, layout: Layout): WorktreeInput {
  return {
    agent,
    hasRepository: kindOf(repo) === "directory",
    place: worktreePlaceAt(path),
    failure: failureOf(agent, layout),
    others: madeFor(agent, layout).filter((other) => other !== path && isOf(agent, other, layout)),
  };
}

/** Returns the first line of the reason, with its secrets masked: it may quote the output of the setup. */
function failureOf(agent: string, layout: Layout): string | undefined {
  const [line = ""] = (readContent(worktreeFailurePath(layout, agent)) ?? "").split("\n");
  return line === "" ? undefined : maskText(line.slice(0, longest), "rest");
}

/** The most characters of a reason. */
const longest = 500;

function worktreePlaceAt(path: string): WorktreeInput["place"] {
  const folder = linkedGitFolder(path);
  if (folder !== undefined) {
    const head = readContent(join(folder, "HEAD"));
    if (head === undefined) return { kind: "taken", by: "lost-worktree" };
    const [, branch] = /^ref: refs\/heads\/(.*)$/m.exec(head) ?? [];
    return {
      kind: "worktree",
      head: branch,
      mark: parseWorktreeMark(readContent(join(folder, "mosaic-worktree")) ?? ""),
    };
  }
  const kind = kindOf(path);
  if (kind === "missing" || (kind === "directory" && isEmptyFolder(path))) return { kind: "free" };
  return { kind: "taken", by: kindOf(join(path, ".git")) === "directory" ? "repository" : "files" };
}

/** Returns the worktrees made by the start script for an agent, also missing ones. */
function madeFor(agent: string, layout: Layout): readonly string[] {
  const text = readContent(worktreesPath(layout, agent)) ?? "";
  return text.split("\n").flatMap((line) => line.split("\t")[1] ?? []);
}

function isOf(agent: string, path: string, { fleet }: Layout): boolean {
  const place = worktreePlaceAt(path);
  return place.kind === "worktree" && place.mark?.agent === agent && place.mark.fleet === fleet;
}
