import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { join } from "node:path/posix";
import { parseSource } from "../../config/source/parse-source.ts";
import { fullRef, type GitSettings } from "../../config/source/source-settings.ts";
import { sourceText } from "../../config/source/source-text.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readContent } from "../../drivers/files/read.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { readAnchor, readKnownPlaces, readOrders } from "../../source/memory/read-memory.ts";
import { anchorOf, ordersOf } from "../../source/read-source.ts";
import { runPass, type PullEnd } from "../../source/run-pass.ts";
import { signersFile, sourceFile, sourcePaths, type SourcePaths } from "../../source/source-paths.ts";
import type { Context } from "../shared/context.ts";
import type { SourceFlags } from "../shared/flags.ts";

/** A source this machine could follow, after one pass over it. */
export interface TriedSource {
  /** As source.yaml will have them. */
  readonly settings: GitSettings;
  /** The text of the allowed signers; undefined if no signature counts. */
  readonly signers: string | undefined;
  readonly paths: SourcePaths;
  readonly end: PullEnd;
}

/**
 * Fetches and verifies a source as its watch would, and keeps nothing. The fleet is that of the options, or the one that the
 * repository declares, which is known afterwards.
 */
export async function trySource(
  context: Context,
  address: string,
  flags: SourceFlags,
): Promise<Result<TriedSource>> {
  const { machine } = context;
  const { fleet = "mosaic" } = flags;
  const signers = signersOf(flags, context.flags.texts);
  if (!signers.ok) return signers;
  const settings = settingsFrom(address, flags, signersFile(fleet, machine));
  if (!settings.ok) return settings;
  const paths = sourcePaths(sourceFile(fleet, machine), fleet, machine);
  const end = await passOnce(context, settings.value, signers.value, paths);
  if (!end.ok) return end;
  const isGuess = flags.fleet === undefined;
  if (isGuess && end.value.kind === "refused" && end.value.trouble.why === "other-fleet")
    return trySource(context, address, { ...flags, fleet: end.value.trouble.fleet });
  return ok({ settings: settings.value, signers: signers.value, paths, end: end.value });
}

/** Returns the text of the allowed signers of the options; undefined for any commit. */
export function signersOf(
  { signers, verify = true }: SourceFlags,
  texts?: ReadonlyMap<string, string | null>,
): Result<string | undefined> {
  if (!verify) return ok(undefined);
  if (signers === undefined) {
    return fail("bad-usage", "the allowed signers are missing", {
      detail: "Without them, everybody with access to the repository decides what your agents run.",
      hint: "name a file with their keys: --signers FILE; or take any commit: --no-verify",
    });
  }
  const path = resolve(signers);
  const text = texts?.get(path) ?? readContent(path);
  if (text === undefined)
    return fail("file-not-found", `there is no file ${signers}`, { hint: "check the path after --signers" });
  return ok(text);
}

/** Returns the settings of the options, checked as a source.yaml is. */
export function settingsFrom(
  address: string,
  flags: SourceFlags,
  allowedSigners: string,
): Result<GitSettings> {
  const { fleet = "mosaic", ref = "main", path = "fleet.yaml", as: host, interval, commits } = flags;
  const whole = fullRef(ref) ?? ref;
  const text = sourceText({
    fleet,
    git: address,
    ref: whole,
    path,
    host,
    intervalMs: interval ?? 60_000,
    verify:
      flags.verify === false
        ? { kind: "none" }
        : {
            kind: "signers",
            allowedSigners,
            commits: commits ?? (whole.startsWith("refs/tags/") ? "tag" : "head"),
          },
  });
  return parseSource(text, "source.yaml");
}

/** Makes a pass with a copy of the repository for this run alone: a watch may use its own right now. */
async function passOnce(
  { machine, exec }: Context,
  settings: GitSettings,
  signers: string | undefined,
  paths: SourcePaths,
): Promise<Result<PullEnd>> {
  const folder = join(machine.cacheHome, "mosaic-fleet", `enroll-${process.pid}`);
  const known = { settings, anchor: readAnchor(paths), orders: readOrders(paths) };
  const { verify } = settings;
  const allowedSigners = join(folder, "allowed_signers");
  try {
    const written =
      signers === undefined ? ok(undefined) : await writeFile(allowedSigners, signers, 0o600, 0o700);
    if (!written.ok) return written;
    return ok(
      await runPass({
        settings: verify.kind === "none" ? settings : { ...settings, verify: { ...verify, allowedSigners } },
        paths: { ...paths, mirrors: join(folder, "mirrors") },
        machine,
        exec,
        anchor: anchorOf(known)?.revision,
        isAnchorLost: known.anchor.kind === "broken",
        known: readKnownPlaces(paths),
        orders: ordersOf(known),
        isFresh: false,
        abort: new AbortController().signal,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
