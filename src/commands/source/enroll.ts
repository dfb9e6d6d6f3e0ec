import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { join } from "node:path/posix";
import { parseSource } from "../../config/source/parse-source.ts";
import { fullRef, type GitSettings } from "../../config/source/source-settings.ts";
import { sourceText } from "../../config/source/source-text.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { exists, isRegularFile, readContent } from "../../drivers/files/read.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { enrolledRemark, enrollQuestion } from "../../report/source/enroll-text.ts";
import { revisionPhrase, troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { placeFiles } from "../../source/place-files.ts";
import { runPass, type PullEnd } from "../../source/run-pass.ts";
import { sourceFile, sourcePaths, type SourcePaths } from "../../source/source-paths.ts";
import { consent } from "../apply/execute.ts";
import { planCommand } from "../plan/plan.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { SourceFlags } from "../shared/flags.ts";
import { installWatch } from "../watch/watch-service.ts";

/**
 * Runs `fleet source enroll`: fetches and verifies a repository, shows the plan, asks, and installs source.yaml, the allowed
 * signers and the service of the watch on this machine.
 */
export async function enrollSource(context: Context, address: string, flags: SourceFlags): Promise<ExitCode> {
  const { output, machine } = context;
  const tried = await firstPass(context, address, flags, "mosaic");
  if (!tried.ok) return report(context, tried.diagnostics);
  const { settings, paths, end } = tried.value;
  const taken = [
    paths.settings,
    sourceFile(settings.fleet, machine).replace(/source\.yaml$/, "fleet.yaml"),
  ].find(exists);
  if (taken !== undefined) {
    return report(
      context,
      problem("file-exists", `${taken} is in the way`, "move it away, and enroll again"),
    );
  }
  if (end.kind !== "good") return report(context, troubleDiagnostics(end.trouble));
  output.remark(revisionPhrase(end.revision));
  const texts = new Map(
    end.files.texts.map(({ name, text }) => [join(paths.pulled, name ?? "fleet.yaml"), text]),
  );
  if (!output.options.json) {
    const shown = { ...context.flags, file: paths.fleetFile, texts, sourceHost: settings.host };
    const code = await planCommand({ ...context, flags: shown }, { names: [] }, {});
    if (code !== exitCodes.ok) return code;
  }
  const agreed = await consent(enrollQuestion(settings), flags.yes ?? false, context);
  if (agreed !== "go") {
    if (output.options.json) output.diagnostics(agreed.problems);
    return agreed.code;
  }
  const installed = await install(context, flags, tried.value, end);
  if (!installed.ok) return report(context, installed.diagnostics);
  const code = await installWatch(context, { source: paths.settings });
  if (code === exitCodes.ok) output.remark(enrolledRemark(paths.settings));
  return code;
}

interface Tried {
  readonly settings: GitSettings;
  readonly paths: SourcePaths;
  readonly end: PullEnd;
}

/** Fetches and verifies. The fleet is the one that the repository declares, which is known afterwards. */
async function firstPass(
  context: Context,
  address: string,
  flags: SourceFlags,
  fleet: string,
): Promise<Result<Tried>> {
  const { machine, exec } = context;
  const settings = settingsFrom(address, flags, fleet);
  if (!settings.ok) return settings;
  const paths = sourcePaths(sourceFile(fleet, machine), fleet, machine);
  // A copy for this run alone: a watch may use its own right now.
  const mirrors = join(machine.cacheHome, "mosaic-fleet", `enroll-${process.pid}`);
  const end = await runPass({
    settings: settings.value,
    paths: { ...paths, mirrors },
    machine,
    exec,
    anchor: undefined,
    isAnchorLost: false,
    orders: {},
    isFresh: false,
    abort: new AbortController().signal,
  }).finally(() => rmSync(mirrors, { recursive: true, force: true }));
  if (end.kind === "refused" && end.trouble.why === "other-fleet" && fleet === "mosaic")
    return firstPass(context, address, flags, end.trouble.fleet);
  return ok({ settings: settings.value, paths, end });
}

/** Returns the settings of the options, checked as a source.yaml is. */
function settingsFrom(address: string, flags: SourceFlags, fleet: string): Result<GitSettings> {
  const { ref = "main", path = "fleet.yaml", as: host, interval, signers, commits, verify = true } = flags;
  if (verify && signers === undefined) {
    return fail("bad-usage", "the allowed signers are missing", {
      detail: "Without them, everybody with access to the repository decides what your agents run.",
      hint: "name a file with their keys: --signers FILE; or take any commit: --no-verify",
    });
  }
  if (verify && !isRegularFile(resolve(signers ?? "")))
    return fail("file-not-found", `there is no file ${signers ?? ""}`, {
      hint: "check the path after --signers",
    });
  const whole = fullRef(ref) ?? ref;
  const text = sourceText({
    fleet,
    git: address,
    ref: whole,
    path,
    host,
    intervalMs: interval ?? 60_000,
    verify: verify
      ? {
          kind: "signers",
          allowedSigners: resolve(signers ?? ""),
          commits: commits ?? (whole.startsWith("refs/tags/") ? "tag" : "head"),
        }
      : { kind: "none" },
  });
  return parseSource(text, "source.yaml");
}

async function install(
  { machine }: Context,
  flags: SourceFlags,
  { settings, paths }: Tried,
  end: Extract<PullEnd, { kind: "good" }>,
): Promise<Result<void>> {
  const placed = await placeFiles(paths, end.revision.revision, end.files.texts);
  if (!placed.ok) return placed;
  const own = sourceFile(settings.fleet, machine).replace(/source\.yaml$/, "allowed_signers");
  const { verify } = settings;
  if (verify.kind === "signers" && resolve(flags.signers ?? "") !== own) {
    const keys = readContent(verify.allowedSigners) ?? "";
    const written = await writeFile(own, keys, 0o600, 0o700);
    if (!written.ok) return written;
  }
  const kept =
    verify.kind === "none" ? settings : { ...settings, verify: { ...verify, allowedSigners: own } };
  return writeFile(paths.settings, sourceText(kept), 0o600, 0o700);
}

function problem(code: "file-exists", summary: string, hint: string) {
  const failed = fail(code, summary, { detail: "Nothing was changed.", hint });
  return failed.ok ? [] : failed.diagnostics;
}
