import { digest } from "../desired/digest.ts";
import { unusableLine } from "../desired/env-file-entries.ts";
import type { EnvFileInput, InputPaths, Inputs } from "../desired/inputs.ts";
import { kindOf, readPath } from "../drivers/files/read.ts";
import { realPath } from "../drivers/files/real-path.ts";

/** Looks at the files and folders that fleet.yaml refers to. Of an envFile only the digest is kept. */
export function readInputs(paths: InputPaths): Inputs {
  return {
    envFiles: new Map(paths.envFiles.map((path) => [path, readEnvFile(path)])),
    workdirs: new Map(paths.workdirs.map((path) => [path, kindOf(path)])),
  };
}

function readEnvFile(path: string): EnvFileInput {
  const found = readPath(realPath(path));
  if (found === undefined) return { kind: "missing" };
  if (found.kind === "file") {
    const line = unusableLine(found.content);
    return { kind: "content", digest: digest(found.content), ...(line && { unusableLine: line }) };
  }
  return { kind: "unreadable", message: found.kind === "unreadable" ? found.message : "not a regular file" };
}
