import { pruneWorktree } from "../../../src/apply/worktrees/prune-worktree.ts";
import { layoutOf, type Layout } from "../../../src/desired/layout.ts";
import { ok } from "../../../src/diagnostics/diagnostic.ts";
import type { PrunedWorktree } from "../../../src/worktrees/prune.ts";
import type { WorktreePlace } from "../../../src/desired/inputs.ts";
import { findWorktrees, type FoundWorktree } from "../../../src/observe/worktrees/find-worktrees.ts";
import { inspectWorktree, type Inspected } from "../../../src/observe/worktrees/inspect-worktree.ts";
import { processesInside } from "../../../src/observe/worktrees/processes-inside.ts";
import type { Machine } from "../../../src/machine/machine.ts";
import { localExec, type Exec } from "../../../src/system/exec.ts";
import type { GitWorld } from "./git-world.ts";

/** Returns a port that runs git in a world. */
function execIn({ root, environment }: GitWorld): Exec {
  const exec = localExec(machineIn(root));
  return (command, abort) => exec({ ...command, env: environment }, abort);
}

function machineIn(root: string): Machine {
  return {
    home: root,
    uid: process.getuid?.() ?? 0,
    configHome: `${root}/.config`,
    cacheHome: `${root}/.cache`,
    runtimeDir: `${root}/run`,
    configHomeIsCustom: false,
  };
}

function layoutIn({ root, recordsDir }: GitWorld): Layout {
  return { ...layoutOf("mosaic", "socket", machineIn(root)), recordsDir };
}

/** Prunes the worktree of a stopped former agent, as it is. */
export async function pruneIn(
  world: GitWorld,
  agent: string,
  unpushed = false,
): Promise<PrunedWorktree["outcome"]> {
  const found = (await foundIn(world)).find((each) => each.agent === agent);
  if (found === undefined) throw new Error(`no worktree of ${agent}`);
  const { outcome } = await pruneWorktree(found, {
    exec: execIn(world),
    layout: layoutIn(world),
    uid: process.getuid?.() ?? 0,
    unpushed,
    agentReasons: () => Promise.resolve(ok([])),
  });
  return outcome;
}

/** Finds the worktrees of a world. */
export async function foundIn(
  world: GitWorld,
  declared: readonly WorktreePlace[] = [],
): Promise<readonly FoundWorktree[]> {
  const found = await findWorktrees(layoutIn(world), declared, execIn(world));
  if (!found.ok) throw new Error(JSON.stringify(found.diagnostics));
  return found.value;
}

/** Inspects the worktree of an agent thoroughly. */
export async function inspectIn(
  world: GitWorld,
  agent: string,
  uid = process.getuid?.() ?? 0,
): Promise<Inspected> {
  const found = (await foundIn(world)).find((each) => each.agent === agent);
  if (found === undefined) throw new Error(`no worktree of ${agent}`);
  return inspectWorktree(found, {
    exec: execIn(world),
    fleet: "mosaic",
    uid,
    inside: () => processesInside([found.place]).get(found.place) ?? [],
    isThorough: true,
  });
}

/** Returns the findings of an inspection as words: the kind, with its number or name. */
export function wordsOf({ findings }: Pick<Inspected, "findings">): readonly string[] {
  return findings.map((finding) => {
    switch (finding.kind) {
      case "changed":
      case "conflicts":
      case "untracked":
      case "ignored":
      case "hidden":
        return `${finding.kind} ${finding.count} ${finding.example}`;
      case "detached":
        return `detached ${finding.count}`;
      case "unpushed":
      case "stashed":
        return `${finding.kind} ${finding.count} ${finding.branch}`;
      case "operation":
        return `operation ${finding.operation}`;
      case "locked":
        return `locked ${finding.reason}`;
      case "in-use":
        return `in-use ${finding.processes.map(({ name }) => name).join(",")}`;
      case "unknown":
        return `unknown ${finding.message}`;
      case "missing":
      case "lost":
      case "found":
      case "foreign":
      case "other-owner":
      case "submodules":
      case "unborn":
        return finding.kind;
    }
  });
}
