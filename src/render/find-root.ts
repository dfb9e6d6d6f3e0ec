import { join, relative, resolve } from "node:path/posix";
import type { Layout } from "../desired/layout.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { linkTarget } from "../drivers/files/permissions.ts";
import { realPathOf } from "../drivers/files/real-path.ts";
import { kindOf } from "../drivers/files/read.ts";
import { errorMessage } from "../text/error-message.ts";

/**
 * Returns the absolute path of the output folder. Follows a link in its place, because the user asked for its
 * target. Refuses a file, and the installed fleet's own folder.
 */
export function findRoot(out: string, configHome: string, layout: Layout): Result<string> {
  if (out === "") return fail("bad-usage", "--out needs the name of a folder");
  try {
    const root = resolve(out);
    const kind = kindOf(root);
    if (kind === "not-a-directory") return fail("bad-usage", `--out ${out} is not a folder`);
    if (kind === "missing" && linkTarget(root) !== undefined) {
      return fail("bad-usage", `--out ${out} is a symbolic link that leads nowhere`);
    }
    return isLiveFolder(root, configHome, layout) ? live(out) : ok(realPathOf(root));
  } catch (error) {
    return fail("file-unreadable", `cannot look at ${out}`, {
      detail: errorMessage(error),
    });
  }
}

/** Returns true for an installed folder. Only apply changes those, because it reloads, restarts, and checks the risks. */
function isLiveFolder(root: string, configHome: string, { unitDir, envDir, scriptPath }: Layout): boolean {
  return [configHome, unitDir, envDir, scriptPath].some(
    (path) => realPathOf(join(root, relative(configHome, path))) === realPathOf(path),
  );
}

function live(out: string): Result<string> {
  return fail("blocked", `${out} is where the fleet is installed`, {
    detail: "Only apply changes the files in use there. Nothing was changed.",
    hint: "render into a folder of its own, and compare",
  });
}
