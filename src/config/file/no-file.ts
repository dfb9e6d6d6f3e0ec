import { fail, type Result } from "../../diagnostics/diagnostic.ts";

/** Reports a working directory that was removed: a relative path begins nowhere. */
export function noCurrentFolder(): Result<never> {
  return fail("file-not-found", "the current directory is gone", {
    detail: "It was removed after this shell had changed to it, so there is nowhere to look for fleet.yaml.",
    hint: "change to a directory that exists, or name the file by an absolute path: --file /PATH/fleet.yaml",
  });
}

/** Reports that none of the paths has a fleet file. */
export function noFleet(looked: readonly string[]): Result<never> {
  return fail("file-not-found", "no fleet.yaml found", {
    detail: `Looked for:\n${looked.map((path) => `  ${path}`).join("\n")}`,
    hint: "name it with --file PATH, or write one: fleet init",
  });
}

/** Reports that the given path has none. */
export function noSuchFile(file: string): Result<never> {
  return fail("file-not-found", `there is no file ${file}`, { hint: "check the path after --file" });
}
