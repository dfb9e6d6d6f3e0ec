import { type Diagnostic, type Result, ok } from "../../diagnostics/diagnostic.ts";
import { parseDuration, suggestDuration } from "../../text/durations.ts";
import { suggest } from "../../text/suggest.ts";
import { parseFleetFile, type FleetFile } from "../include/fleet-file.ts";
import { locatedDiagnostics, locateFile } from "../locate-problems.ts";
import type { Path, Problem } from "../problem.ts";
import { namePattern } from "../schema/values/names.ts";
import {
  defaultIntervalMs,
  defaultPath,
  defaultRef,
  fullRef,
  hasPassword,
  isRepositoryPath,
  leastIntervalMs,
  protocolOf,
  signedCommits,
  type GitSettings,
  type Verification,
} from "./source-settings.ts";
import { isRecord } from "../../text/json.ts";

const sourceKeys = ["version", "fleet", "git", "ref", "path", "host", "interval", "verify"];

/** Parses a source.yaml. Returns all its errors with their places. `file` is the path to show. Pure. */
export function parseSource(text: string, file: string): Result<GitSettings> {
  const read = parseFleetFile(text, file, undefined);
  const problems: Problem[] = [];
  const settings = settingsIn(isRecord(read.value) ? read.value : {}, problems);
  const diagnostics = sourceDiagnostics(read, problems);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return ok(settings);
}

function sourceDiagnostics(file: FleetFile, problems: readonly Problem[]): readonly Diagnostic[] {
  const located = locateFile(file);
  return locatedDiagnostics(located, problems, [located]);
}

type Values = Readonly<Record<string, unknown>>;

function settingsIn(values: Values, problems: Problem[]): GitSettings {
  for (const key of Object.keys(values))
    if (!sourceKeys.includes(key)) problems.push(unknownKey([key], sourceKeys));
  if (values["version"] !== 1)
    problems.push(wrong(["version"], "version must be 1", "write version: 1", "missing-key"));
  const { git, fleet = "mosaic", ref = defaultRef, path = defaultPath, host, interval } = values;
  if (typeof git !== "string" || protocolOf(git) === undefined) {
    const hint = "write an address by ssh, https, git or file, such as git: ssh://git@example.org/fleet.git";
    problems.push(wrong(["git"], "git must be the address of a repository", hint));
  } else if (hasPassword(git)) {
    const hint = "remove it: git asks its credential helper (git help credentials), and ssh has keys";
    problems.push(wrong(["git"], "the address of the repository has a password", hint));
  }
  if (typeof fleet !== "string" || !namePattern.test(fleet))
    problems.push(wrong(["fleet"], "fleet must be the name of the fleet", "write fleet: mosaic"));
  const whole = typeof ref === "string" ? fullRef(ref) : undefined;
  if (whole === undefined) {
    const hint = "write ref: refs/heads/main, or refs/tags/NAME";
    problems.push(wrong(["ref"], "ref must be the name of a branch or tag", hint));
  }
  if (typeof path !== "string" || !isRepositoryPath(path)) {
    const hint = "write path: fleet.yaml, from the top of the repository";
    problems.push(wrong(["path"], "path must be the path of a file in the repository", hint));
  }
  if (host !== undefined && (typeof host !== "string" || !namePattern.test(host)))
    problems.push(wrong(["host"], "host must be the name of a host", "write host: build1"));
  return {
    fleet: String(fleet),
    git: String(git),
    ref: whole ?? defaultRef,
    path: String(path),
    host: typeof host === "string" ? host : undefined,
    intervalMs: intervalIn(interval, problems),
    verify: verificationIn(values["verify"], whole ?? defaultRef, String(git), problems),
  };
}

function intervalIn(interval: unknown, problems: Problem[]): number {
  if (interval === undefined) return defaultIntervalMs;
  const text = typeof interval === "string" ? interval : JSON.stringify(interval);
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= leastIntervalMs) return ms;
  const better = ms === undefined ? (suggestDuration(text) ?? "1m") : `${leastIntervalMs / 1000}s`;
  problems.push(
    wrong(["interval"], "interval must be a duration of at least 5 seconds", `write interval: ${better}`),
  );
  return defaultIntervalMs;
}

function verificationIn(verify: unknown, ref: string, git: string, problems: Problem[]): Verification {
  const none: Verification = { kind: "none" };
  if (verify === "none") {
    if (protocolOf(git) === "git") {
      const hint = "demand signatures, or use ssh or https";
      problems.push(wrong(["verify"], "git:// without signatures: anybody on the way can change it", hint));
    }
    return none;
  }
  if (!isRecord(verify)) {
    const hint =
      "write verify: { allowedSigners: ~/.config/mosaic/fleet/allowed_signers }; verify: none takes any commit";
    problems.push(wrong(["verify"], "verify must say whose commits count", hint, "missing-key"));
    return none;
  }
  const known = ["allowedSigners", "commits"];
  for (const key of Object.keys(verify))
    if (!known.includes(key)) problems.push(unknownKey(["verify", key], known));
  const { allowedSigners, commits = ref.startsWith("refs/tags/") ? "tag" : "head" } = verify;
  if (typeof allowedSigners !== "string" || !/^(?:~\/|\/)./.test(allowedSigners)) {
    const hint = "write allowedSigners: ~/.config/mosaic/fleet/allowed_signers";
    problems.push(wrong(["verify", "allowedSigners"], "allowedSigners must be an absolute path", hint));
  }
  const signed = signedCommits.find((each) => each === commits);
  if (signed === undefined)
    problems.push(wrong(["verify", "commits"], "commits must be head, all or tag", "write commits: head"));
  if (signed === "tag" && !ref.startsWith("refs/tags/")) {
    const hint = "write ref: refs/tags/NAME, or commits: head";
    problems.push(wrong(["verify", "commits"], "commits: tag needs a tag as ref", hint));
  }
  return { kind: "signers", allowedSigners: String(allowedSigners), commits: signed ?? "head" };
}

function wrong(
  path: Path,
  summary: string,
  hint: string,
  absent: Problem["code"] = "invalid-value",
): Problem {
  return { code: absent, summary, hint, path, on: "value" };
}

function unknownKey(path: Path, known: readonly string[]): Problem {
  const key = String(path.at(-1));
  const meant = suggest(key, known);
  const hint =
    meant === undefined ? `the keys are ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
  return { code: "unknown-key", summary: `unknown key ${JSON.stringify(key)}`, hint, path, on: "key" };
}
