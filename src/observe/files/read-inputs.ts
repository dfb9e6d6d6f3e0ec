import { digest } from "../../text/digests/digest.ts";
import { envFileDoubts } from "../../desired/env/env-file-doubts.ts";
import { environmentOf, unusableLine } from "../../desired/env/env-file-entries.ts";
import {
  environmentKey,
  type EnvFileDoubts,
  type EnvFileInput,
  type EnvFileTrouble,
  type InputPaths,
  type Inputs,
} from "../../desired/inputs.ts";
import { kindOf, readPath, type FileFound } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { readWorktree } from "./read-worktree.ts";
import type { Layout } from "../../desired/layout.ts";
import { isOpenSecret } from "./open-secret.ts";

/** Reads the files and folders in fleet.yaml. Keeps only digests of envFiles. Without a layout, worktrees stay unknown. */
export function readInputs(
  { envFiles, environments = [], workdirs, worktrees }: InputPaths,
  layout?: Layout,
): Inputs {
  const read = new Map(envFiles.map((path) => [path, readInputFile(path)]));
  return {
    envFiles: new Map([...read].map(([path, { input }]) => [path, input])),
    environments: new Map(environments.flatMap((paths) => environmentDigest(paths, read))),
    doubts: new Map([...read].flatMap(([path, { doubts }]) => (doubts ? [[path, doubts] as const] : []))),
    workdirs: new Map(workdirs.map((path) => [path, kindOf(path)])),
    ...(worktrees === undefined || layout === undefined
      ? {}
      : { worktrees: new Map(worktrees.map((each) => [each.path, readWorktree(each, layout)])) }),
  };
}

interface EnvFileRead {
  readonly input: EnvFileInput;
  /** As systemd reads them; undefined if the file cannot be read. */
  readonly variables: ReadonlyMap<string, string> | undefined;
  readonly doubts?: EnvFileDoubts | undefined;
}

function readInputFile(path: string): EnvFileRead {
  const found = readPath(realPath(path));
  if (found?.kind === "file") {
    const line = unusableLine(found.content);
    const input = {
      kind: "content",
      digest: digest(found.content),
      ...(line && { unusableLine: line }),
    } as const;
    const lines = envFileDoubts(found.content);
    const isOpen = isOpenSecret(realPath(path), found.mode, found.content);
    const doubts = lines.length > 0 || isOpen ? { lines, isOpen } : undefined;
    return { input, variables: environmentOf(found.content), doubts };
  }
  const input =
    found === undefined
      ? ({ kind: "missing" } as const)
      : ({ kind: "unreadable", trouble: envFileTrouble(path, found) } as const);
  return { input, variables: undefined };
}

function envFileTrouble(path: string, found: Exclude<FileFound, { readonly kind: "file" }>): EnvFileTrouble {
  switch (found.kind) {
    case "link":
      return { kind: "lost-link", target: found.target };
    case "other":
      return { kind: kindOf(path) === "directory" ? "folder" : "not-regular" };
    case "unreadable":
      return found.code === "EACCES" || found.code === "EPERM"
        ? { kind: "denied" }
        : { kind: "failed", said: found.message };
  }
}

/**
 * Returns the digest of an agent's variables from several files. If two files set a variable, the later one
 * wins (systemd.exec(5)).
 */
function environmentDigest(
  paths: readonly string[],
  read: ReadonlyMap<string, EnvFileRead>,
): readonly (readonly [string, string])[] {
  const merged = new Map<string, string>();
  for (const path of paths) {
    const variables = read.get(path)?.variables;
    if (variables === undefined) return [];
    for (const [name, value] of variables) merged.set(name, value);
  }
  const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
  return [[environmentKey(paths), digest(JSON.stringify(sorted))]];
}
