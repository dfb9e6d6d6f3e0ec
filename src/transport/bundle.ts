import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { errorMessage } from "../text/error-message.ts";
import type { Archive } from "./boot.ts";

/** The archive of this program for other machines. */
export interface Bundle extends Archive {
  /** Returns its content, which is read once. */
  readonly read: () => Uint8Array;
}

/** Returns the archive that the build has made next to this program. */
export function bundleOfThis(): Result<Bundle> {
  const folder = dirname(fileURLToPath(import.meta.url));
  try {
    const archive = JSON.parse(readFileSync(join(folder, "remote.json"), "utf8")) as Archive;
    let content: Uint8Array | undefined;
    return ok({ ...archive, read: () => (content ??= readFileSync(join(folder, "remote.tgz"))) });
  } catch (error) {
    return fail("file-unreadable", "the archive of this program for other machines cannot be read", {
      detail: errorMessage(error),
      hint: "install mosaic-fleet again; from its sources: npm run build",
    });
  }
}
