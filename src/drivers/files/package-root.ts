import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Returns the directory of this package: above dist/ if bundled, above src/ if not. Throws if there is none.
 */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(join(directory, "package.json"))) {
    if (directory === dirname(directory))
      throw new Error("mosaic-fleet's package.json is not above its code");
    directory = dirname(directory);
  }
  return directory;
}

function isPackage(file: string): boolean {
  return existsSync(file) && /"name": *"mosaic-fleet"/.test(readFileSync(file, "utf8"));
}
