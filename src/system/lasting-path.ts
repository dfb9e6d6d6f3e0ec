import { realpathSync } from "node:fs";
import { basename, join } from "node:path";

/** A folder with a version as its name, as in ~/.nvm/versions/node/v20.19.0: an upgrade makes another one. */
const versioned = /\/(?:[^/]*[-@])?v?\d+\.\d+[^/]*(?=\/)/;

/** Folders that vanish with a login shell or a boot. */
const fleeting = /^\/(?:tmp|run\/user|proc|dev)\/|\/fnm_multishells\//;

/** Returns true if an upgrade of the program is likely to remove this path. */
export function isOfOneVersion(path: string): boolean {
  return versioned.test(path);
}

/**
 * Returns a path to the same program that probably survives an upgrade: one on $PATH, or one of the links of
 * version managers. Returns `program` itself if there is none, or if it needs none.
 */
export function lastingPath(program: string, env: NodeJS.ProcessEnv): string {
  if (!isOfOneVersion(program)) return program;
  const folders = [
    ...(env["PATH"] ?? "").split(":"),
    ...(env["NVM_DIR"] === undefined ? [] : [join(env["NVM_DIR"], "current/bin")]),
    ...(env["FNM_DIR"] === undefined ? [] : [join(env["FNM_DIR"], "aliases/default/bin")]),
  ];
  const real = realPathIfPresent(program);
  const candidates = folders
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, basename(program)));
  const lasting = candidates.find(
    (path) => !isOfOneVersion(path) && !fleeting.test(path) && realPathIfPresent(path) === real,
  );
  return lasting ?? program;
}

/** Returns the path with all links followed; undefined if it does not exist. */
export function realPathIfPresent(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
