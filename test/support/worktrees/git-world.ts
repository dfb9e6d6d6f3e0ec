import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { worktreesPath } from "../../../src/desired/layout.ts";

/** A repository with a remote, in a folder of its own, and the script that makes worktrees of it. */
export interface GitWorld {
  /** The folder of everything. */
  readonly root: string;
  readonly repo: string;
  /** Holds the records of all agents. */
  readonly recordsDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a script of sh in the folder; throws if it fails. Returns its output without the last line feed. */
  readonly sh: (script: string) => string;
  /** Runs mosaic-worktree for an agent. */
  readonly call: (agent: string, step: "make" | "done", settings?: WorktreeSettings) => Called;
  readonly remove: () => void;
}

/** Settings of `worktree`. The branch is the name of the agent by default. */
interface WorktreeSettings {
  readonly repo?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly from?: string;
  readonly copy?: readonly string[];
  readonly link?: readonly string[];
  readonly setup?: string;
  readonly fetch?: boolean;
  readonly fleet?: string;
}

/** The result of a call. */
interface Called {
  readonly status: number | null;
  readonly output: string;
}

const script = realpathSync("units/mosaic-worktree.sh");

/** Makes a world. The words of `shell` run the script. */
export function makeGitWorld([shell = "sh", ...words]: readonly string[] = []): GitWorld {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "worktrees-")));
  const repo = join(root, "repo");
  const environment: Record<string, string> = {
    HOME: root,
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  writeFileSync(
    join(root, ".gitconfig"),
    '[user]\nname = Test\nemail = test@example.org\n[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n[protocol "file"]\nallow = always\n',
  );
  const sh = (text: string): string =>
    execFileSync("sh", ["-euc", text], {
      cwd: root,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).replace(/\n$/, "");
  const recordsDir = join(root, "records");
  sh(`git init -q --bare origin.git; git clone -q origin.git repo 2>/dev/null; cd repo
    printf '.env\\nnode_modules\\ncache/\\ndata/\\n*.log\\n' >.gitignore; echo one >file; git add -A; git commit -qm one
    git push -q origin main; echo secret >.env; mkdir node_modules; echo x >node_modules/x`);
  return {
    root,
    repo,
    recordsDir,
    environment,
    sh,
    call: (agent, step, settings = {}) => {
      const ran = spawnSync(shell, [...words, script, step], {
        cwd: "/",
        encoding: "utf8",
        env: { ...environment, ...variables(agent, settings, { repo, root, recordsDir }) },
      });
      return { status: ran.status, output: `${ran.stdout}${ran.stderr}`.trimEnd() };
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function variables(
  agent: string,
  settings: WorktreeSettings,
  { repo, root, recordsDir }: Pick<GitWorld, "repo" | "root" | "recordsDir">,
): Record<string, string> {
  const { from, copy, link, setup, fetch } = settings;
  return {
    MOSAIC_AGENT_NAME: agent,
    MOSAIC_AGENT_FLEET: settings.fleet ?? "mosaic",
    MOSAIC_AGENT_STATE: join(recordsDir, agent),
    MOSAIC_AGENT_WORKTREE_REPO: settings.repo ?? repo,
    MOSAIC_AGENT_WORKTREE_BRANCH: settings.branch ?? agent,
    MOSAIC_AGENT_WORKTREE_PATH: settings.path ?? join(root, "wt", agent),
    ...(from === undefined ? {} : { MOSAIC_AGENT_WORKTREE_FROM: from }),
    ...(copy === undefined ? {} : { MOSAIC_AGENT_WORKTREE_COPY: copy.join("\n") }),
    ...(link === undefined ? {} : { MOSAIC_AGENT_WORKTREE_LINK: link.join("\n") }),
    ...(setup === undefined ? {} : { MOSAIC_AGENT_WORKTREE_SETUP: setup }),
    ...(fetch === true ? { MOSAIC_AGENT_WORKTREE_FETCH: "1" } : {}),
  };
}

/** Returns the worktrees that the records of an agent name. */
export function recorded({ recordsDir }: GitWorld, agent: string): string {
  const path = worktreesPath({ recordsDir }, agent);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
