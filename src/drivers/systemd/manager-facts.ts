import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/** The version and environment of the running user manager. */
export interface ManagerFacts {
  /** For example `252.39-1~deb12u1`. */
  readonly version: string;
  /** The PATH in its environment, which every unit gets; undefined if it has none. */
  readonly path: string | undefined;
}

/** Asks the user manager for its version and its environment, in one call. */
export async function managerFacts(exec: Exec): Promise<Result<ManagerFacts>> {
  const shown = await readSystemctl(exec, ["show", "--property=Version,Environment"]);
  return shown.ok ? ok(parseManagerFacts(shown.value)) : shown;
}

/** Reads the output of `systemctl show --property=Version,Environment`: a word with spaces is in quotes. */
export function parseManagerFacts(output: string): ManagerFacts {
  const version = /^Version=(.*)$/m.exec(output)?.[1] ?? "";
  const environment = /^Environment=(.*)$/m.exec(output)?.[1] ?? "";
  const words = environment.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$'(?:[^'\\]|\\.)*'|\S)+/g) ?? [];
  const [path] = words
    .map((word) => word.replace(/^(\$?['"])(.*)\1$/s, "$2"))
    .flatMap((word) => (word.startsWith("PATH=") ? [word.slice("PATH=".length)] : []));
  return { version, path };
}
