import { realpathSync } from "node:fs";
import { basename, join } from "node:path";

/** A folder that is named by a version, as ~/.nvm/versions/node/v20.19.0: an upgrade makes another one. */
const versioned = /\/(?:[^/]*[-@])?v?\d+\.\d+[^/]*(?=\/)/;

/** Folders that go with a login shell or a boot. */
const fleeting = /^\/(?:tmp|run\/user|proc|dev)\/|\/fnm_multishells\//;

/** Returns true if an upgrade of the program is likely to remove this path. */
export function isOfOneVersion(path: string): boolean {
  return versioned.test(path);
}

/**
 * Returns a path that leads to the same program and is likely to be there also after an upgrade: one on $PATH, or one of
 * the links that version managers keep. Returns `program` itself if there is none, or if it needs none.
 */
export function lastingPath(program: string, env: NodeJS.ProcessEnv): string {
  if (!isOfOneVersion(program)) return program;
  const folders = [
    ...(env["PATH"] ?? "").split(":"),
    ...(env["NVM_DIR"] === undefined ? [] : [join(env["NVM_DIR"], "current/bin")]),
    ...(env["FNM_DIR"] === undefined ? [] : [join(env["FNM_DIR"], "aliases/default/bin")]),
  ];
  const real = realPathOf(program);
  const candidates = folders
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, basename(program)));
  const lasting = candidates.find(
    (path) => !isOfOneVersion(path) && !fleeting.test(path) && realPathOf(path) === real,
  );
  return lasting ?? program;
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
