import type { EnvFileTrouble, WorktreeTaker } from "./inputs.ts";

/** A missing prerequisite outside the fleet's own files. */
export type Need =
  | {
      readonly reason: "workdir-missing" | "env-file-missing" | "repository-missing";
      readonly path: string;
    }
  | {
      readonly reason: "env-file-unreadable";
      readonly path: string;
      readonly trouble: EnvFileTrouble;
    }
  | {
      readonly reason: "env-file-invalid";
      readonly path: string;
      /** The first line without an assignment that systemd takes, from 1. */
      readonly line: number;
    }
  | {
      readonly reason: "program-missing";
      /** Its name, or its absolute path. */
      readonly program: string;
      /** The PATH of the agent. */
      readonly path: string;
    }
  | {
      readonly reason: "worktree-taken";
      /** The place of the worktree. */
      readonly path: string;
      readonly by: WorktreeTaker;
    }
  | {
      readonly reason: "worktree-differs";
      readonly agent: string;
      /** The worktree the agent has. */
      readonly path: string;
      /** The branch or the path it has, and the declared one. */
      readonly is: string;
      readonly declared: string;
    };

/** The field of fleet.yaml that asks for each missing thing. A person has to provide it, so a plan shows the line. */
export const fieldOfNeed = {
  "workdir-missing": "workdir",
  "env-file-missing": "envFiles",
  "env-file-unreadable": "envFiles",
  "env-file-invalid": "envFiles",
  "repository-missing": "worktree",
  "program-missing": "runtime",
  "worktree-taken": "worktree",
  "worktree-differs": "worktree",
} as const satisfies Readonly<Record<Need["reason"], string>>;

/** Returns true for a missing thing. */
export function isNeed(reason: string): reason is Need["reason"] {
  return Object.hasOwn(fieldOfNeed, reason);
}
