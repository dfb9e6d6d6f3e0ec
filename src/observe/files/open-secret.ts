import { dirname } from "node:path";
import { permissionsOf } from "../../drivers/files/permissions.ts";
import { envFileEntries } from "../../desired/env/env-file-entries.ts";
import { isSecretName } from "../../secrets/names.ts";
import { isSecretValue } from "../../secrets/values.ts";

/** Returns true for an envFile with secrets that other accounts can read. `mode` is the file's mode. */
export function isOpenSecret(path: string, mode: number, content: string): boolean {
  if ((mode & 0o004) === 0 || !hasSecret(content)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = permissionsOf(folder);
    // Others cannot pass through a folder without x for them.
    if (found === undefined || (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function hasSecret(content: string): boolean {
  return envFileEntries(content).some(
    ({ name, value }) => name !== undefined && (isSecretName(name) || isSecretValue(value)),
  );
}
