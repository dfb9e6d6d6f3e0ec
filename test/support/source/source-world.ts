import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSource } from "../../../src/config/source/parse-source.ts";
import type { GitSettings } from "../../../src/config/source/source-settings.ts";
import type { Machine } from "../../../src/machine/machine.ts";
import { runPass, type Pass, type PullEnd } from "../../../src/source/run-pass.ts";
import { sourcePaths, type SourcePaths } from "../../../src/source/source-paths.ts";
import { localExec, type Exec } from "../../../src/system/exec.ts";

/** A repository on this disk with signers of commits, and a machine to pull from it. */
export interface SourceWorld {
  readonly home: string;
  readonly machine: Machine;
  readonly exec: Exec;
  readonly paths: SourcePaths;
  /** Runs a script of sh in the working tree; throws if it fails. Returns its output without the last line feed. */
  readonly sh: (script: string) => string;
  /** Commits the whole tree, signed with `key` unless it is "none", pushes it and returns the commit. */
  readonly push: (subject: string, key?: string) => string;
  /** Writes a file of the working tree, with its folders. */
  readonly write: (path: string, text: string) => void;
  /** Makes a key, and returns its line for a file of allowed signers. */
  readonly makeKey: (name: string, options?: string) => string;
  /** Replaces the allowed signers. */
  readonly allow: (...lines: readonly string[]) => void;
  /** Returns settings, as source.yaml has them. */
  readonly settings: (more?: Readonly<Record<string, unknown>>) => GitSettings;
  /** Fetches and verifies once. */
  readonly pass: (more?: Partial<Pass>) => Promise<PullEnd>;
  readonly remove: () => void;
}

export const fleetText = "version: 1\nagents:\n  canary: { command: sleep 1000 }\n";

/** A folder in memory, if there is one: on a disk, the small files of git take an eighth more of the processor. */
const scratch = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Opens a world. `ada` is an allowed signer, and has signed the first commit with `fleetText`. */
export function openSourceWorld(): SourceWorld {
  const home = realpathSync(mkdtempSync(join(scratch, "source-")));
  const repo = join(home, "fleet.git");
  const tree = join(home, "work");
  const config = join(home, ".config");
  const machine: Machine = {
    home,
    uid: process.getuid?.() ?? 0,
    configHome: config,
    cacheHome: join(home, ".cache"),
    runtimeDir: join(home, "run"),
    configHomeIsCustom: false,
  };
  const signers = join(config, "mosaic/fleet/allowed_signers");
  const file = join(config, "mosaic/fleet/source.yaml");
  const gitEnv = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
  const env = { ...process.env, HOME: home, ...gitEnv };
  mkdirSync(tree);
  mkdirSync(dirname(signers), { recursive: true, mode: 0o700 });
  const sh = (script: string): string =>
    execFileSync("sh", ["-ec", script], {
      cwd: tree,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).replace(/\n$/, "");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  const makeKey = (name: string, options = 'namespaces="git"'): string => {
    const key = sh(`ssh-keygen -q -t ed25519 -N '' -C ${name} -f ${home}/${name} && cat ${home}/${name}.pub`);
    return `${name}@example.org ${options} ${key}`;
  };
  const allow = (...lines: readonly string[]): void =>
    writeFileSync(signers, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  const signing = (key: string): string =>
    key === "none" ? "" : `-c gpg.format=ssh -c user.signingKey=${home}/${key}.pub -c commit.gpgSign=true`;
  const push = (subject: string, key = "ada"): string =>
    sh(`git add -A
      git ${signing(key)} commit -q --allow-empty -m '${subject}'
      head=$(git rev-parse HEAD)
      git --git-dir=${repo} update-ref refs/heads/main $head
      echo $head`);
  const settings = (more: Readonly<Record<string, unknown>> = {}): GitSettings => {
    const verify = { allowedSigners: signers };
    const all = { version: 1, git: `file://${repo}`, verify, ...more };
    const parsed = parseSource(JSON.stringify(all), file);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    return parsed.value;
  };
  const exec = withEnv(localExec(machine), { ...gitEnv, HOME: home });
  const paths = sourcePaths(file, "mosaic", machine);
  // Both have the same objects, so that a push only moves the branch: it would take five programs more.
  sh(`git init -q --template= --bare -b main ${repo}
    git -C ${repo} config uploadpack.allowFilter true
    git init -q --template= -b main .
    git config maintenance.auto false
    rm -r .git/objects && ln -s ${repo}/objects .git/objects
    git remote add origin ${repo}`);
  allow(makeKey("ada"));
  write("fleet.yaml", fleetText);
  push("Begin");
  return {
    home,
    machine,
    exec,
    paths,
    sh,
    push,
    write,
    makeKey,
    allow,
    settings,
    pass: (more = {}) =>
      runPass({
        settings: settings(),
        paths,
        machine,
        exec,
        anchor: undefined,
        isAnchorLost: false,
        known: { kind: "absent" },
        orders: {},
        isFresh: false,
        abort: new AbortController().signal,
        ...more,
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Returns a port whose commands have further variables: the settings of the person who runs the tests do not count. */
function withEnv(exec: Exec, env: Readonly<Record<string, string>>): Exec {
  return (command, abort) => exec({ ...command, env: { ...command.env, ...env } }, abort);
}

/** Returns a good pass; throws for any other. */
export function good(end: PullEnd): Extract<PullEnd, { kind: "good" }> {
  if (end.kind !== "good") throw new Error(JSON.stringify(end.trouble));
  return end;
}

/** Returns the reason of a pass that is not good. */
export function why(end: PullEnd): string {
  return end.kind === "good" ? "good" : `${end.kind}: ${end.trouble.why}`;
}
