import { fileAccess } from "../config/file/trust/file-access.ts";
import { fleetFileRisk } from "../config/file/trust/file-trust.ts";
import { readText } from "../config/file/read-text.ts";
import { parseSource } from "../config/source/parse-source.ts";
import type { GitSettings } from "../config/source/source-settings.ts";
import { fail, type Result } from "../diagnostics/diagnostic.ts";
import type { Machine } from "../machine/machine.ts";
import { expandHome } from "../text/paths.ts";

/**
 * Reads source.yaml. It and the allowed signers decide whose commands this account runs, so nobody else may be able to
 * write them.
 */
export function readSettings(path: string, machine: Machine): Result<GitSettings> {
  const text = readText(path, path);
  if (text === undefined) {
    return fail("file-not-found", `there is no file ${path}`, {
      detail: "It says which Git repository this machine follows.",
      hint: "write one: fleet source enroll ADDRESS --signers FILE; or name it with --source PATH",
    });
  }
  if (!text.ok) return text;
  const settings = parseSource(text.value, path);
  if (!settings.ok) return settings;
  const { verify } = settings.value;
  const signers = verify.kind === "none" ? undefined : expandHome(verify.allowedSigners, machine.home);
  for (const file of [path, ...(signers === undefined ? [] : [signers])]) {
    const found = readText(file, file);
    if (found === undefined)
      return fail("file-not-found", `there is no file ${file} with the keys of the allowed signers`, {
        hint: `write a line for each person into it: NAME namespaces="git" ssh-ed25519 KEY`,
      });
    if (!found.ok) return found;
    const access = fileAccess(file, file);
    const risk = access && fleetFileRisk(access, machine.uid);
    if (risk !== undefined) return { ok: false, diagnostics: [{ ...risk, severity: "error" }] };
  }
  return settings;
}
