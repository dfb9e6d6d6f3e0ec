import { accessSync, constants, existsSync, statSync } from "node:fs";
import { resolve } from "node:path/posix";
import type { AgentProcess } from "./agent-process.ts";

/** A program that cannot be started. `path` is undefined if no folder of `searched`, a PATH, has it. */
export type UnusableProgram =
  | { readonly kind: "missing"; readonly path: string; readonly searched?: undefined }
  | { readonly kind: "missing"; readonly path?: undefined; readonly searched: string }
  | { readonly kind: "not-executable"; readonly path: string };

/**
 * Returns why execvp(3) would not start a program with the PATH and in the folder of a process; undefined if it would, and
 * if that is not known.
 */
export function unusableProgram(
  program: string,
  { env, workdir }: Pick<AgentProcess, "env" | "workdir">,
): UnusableProgram | undefined {
  const bytes = env.get("PATH");
  const isPath = program.includes("/");
  if (program === "" || !existsSync(workdir) || (bytes === undefined && !isPath)) return undefined;
  const searched = Buffer.from(bytes ?? "", "latin1").toString();
  const paths = isPath
    ? [resolve(workdir, program)]
    : searched.split(":").map((folder) => resolve(workdir, folder, program));
  const kinds = paths.map(programKind);
  if (kinds.includes("usable") || kinds.includes("unknown")) return undefined;
  const path = paths[kinds.indexOf("not-executable")];
  if (path !== undefined) return { kind: "not-executable", path };
  return isPath ? { kind: "missing", path: paths[0] ?? program } : { kind: "missing", searched };
}

function programKind(path: string): "usable" | "not-executable" | "missing" | "unknown" {
  try {
    if (!statSync(path).isFile()) return "not-executable";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unknown";
  }
  try {
    accessSync(path, constants.X_OK);
    return "usable";
  } catch {
    return "not-executable";
  }
}
