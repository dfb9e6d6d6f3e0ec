import { join } from "node:path/posix";
import { sourceText } from "../../config/source/source-text.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { exists } from "../../drivers/files/read.ts";
import { keepProgram, keptProgram, sweepPrograms } from "../../drivers/files/pushed/keep-program.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { checkGit } from "../../drivers/git/check-git.ts";
import {
  enrolledLine,
  enrolledRemark,
  enrollmentChanged,
  enrollLines,
  enrollQuestion,
  fileInTheWay,
  unchangedLine,
} from "../../report/source/enroll-text.ts";
import { troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { enrollChanges, type EnrollChange } from "../../source/enroll/enrollment.ts";
import { placeFiles } from "../../source/revision/place-files.ts";
import { readSource } from "../../source/read-source.ts";
import type { PullEnd } from "../../source/run-pass.ts";
import { signersFile } from "../../source/source-paths.ts";
import { digest } from "../../text/digests/digest.ts";
import { planCommand } from "../plan/plan.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { SourceFlags } from "../shared/flags.ts";
import { installWatch, isWatchInstalled } from "../watch/watch-service.ts";
import { agreementTo, isAgreed, quietly } from "./agreement.ts";
import { enrollmentWith, layoutFor, otherWatch, readEnrollment } from "./read-enrollment.ts";
import { showSource } from "./status.ts";
import { withEnrollLock } from "./with-enroll-lock.ts";
import { trySource, type TriedSource } from "./try-source.ts";

/** A source whose newest revision is good. */
interface GoodSource extends TriedSource {
  readonly end: Extract<PullEnd, { kind: "good" }>;
}

/** An enrollment, with its differences from the present one. */
interface Enrolling {
  readonly changes: readonly EnrollChange[];
  /** The script of the program the service will run. */
  readonly script: string;
  readonly id: string;
}

/**
 * Runs `fleet source enroll`: fetches and verifies a repository, shows the plan, asks, and installs source.yaml, the allowed
 * signers and the service of the watch on this machine. Renews an enrollment, and changes nothing if it is the same.
 */
export async function enrollSource(context: Context, address: string, flags: SourceFlags): Promise<ExitCode> {
  const git = await checkGit(context.exec, flags.verify !== false);
  if (!git.ok) return report(context, git.diagnostics);
  const tried = await trySource(context, address, flags);
  if (!tried.ok) return report(context, tried.diagnostics);
  const { settings, paths, end } = tried.value;
  const obstacle = otherWatch(paths, settings.fleet, context) ?? obstacleOfFile(tried.value, context);
  if (obstacle !== undefined) return report(context, [obstacle]);
  if (end.kind !== "good") return report(context, troubleDiagnostics(end.trouble));
  const good = { ...tried.value, end };
  const enrolling = await compareEnrollment(good, context);
  if (!enrolling.ok) return report(context, enrolling.diagnostics);
  const { changes, id } = enrolling.value;
  const { output } = context;
  if (changes.length === 0) return showUnchanged(good, context);
  if (!output.options.json && !isAgreed(id, context)) {
    output.text([...enrollLines(changes, end.revision, output.colors), ""]);
    const code = await showFirstPlan(good, context);
    if (code !== exitCodes.ok) return code;
  }
  const agreed = await agreementTo(id, enrollQuestion(settings), flags.yes ?? false, context);
  if (agreed !== "go") {
    if (output.options.json) output.diagnostics(agreed.problems);
    return agreed.code;
  }
  return withEnrollLock(settings.fleet, context, () => installAgreed(good, enrolling.value, context));
}

/** Installs as agreed, unless another enrollment has made changes in the meantime. */
async function installAgreed(good: GoodSource, agreed: Enrolling, context: Context): Promise<ExitCode> {
  const now = await compareEnrollment(good, context);
  if (!now.ok) return report(context, now.diagnostics);
  if (now.value.changes.length === 0) return showUnchanged(good, context);
  return now.value.id === agreed.id
    ? installSource(good, now.value, context)
    : report(context, [enrollmentChanged]);
}

function showUnchanged(good: GoodSource, context: Context): Promise<ExitCode> {
  if (!showsJson(context)) context.output.text([unchangedLine(good.settings)]);
  return showState(good, context);
}

async function compareEnrollment(good: GoodSource, context: Context): Promise<Result<Enrolling>> {
  const { settings, paths, end } = good;
  const { machine } = context;
  const script = keptProgram(process.argv[1] ?? "", machine.home);
  const layout = layoutFor(settings.fleet, machine);
  const isInLine = await isWatchInstalled(layout, paths.settings, script, context);
  if (!isInLine.ok) return isInLine;
  const before = readEnrollment(paths, settings.fleet, isInLine.value, context);
  const after = enrollmentWith(good, before);
  const changes = enrollChanges(before, after);
  const id = digest(JSON.stringify([changes, before.texts, after.texts, script, end.revision.revision]));
  return ok({ changes, script, id });
}

/** Returns the problem of a fleet file of this machine, which other commands would take in the place of the fetched one. */
function obstacleOfFile({ settings, paths }: TriedSource, { machine }: Context): Diagnostic | undefined {
  const own = signersFile(settings.fleet, machine).replace(/allowed_signers$/, "fleet.yaml");
  return exists(own) && !exists(paths.settings) ? fileInTheWay(own) : undefined;
}

/** Shows the plan of the watch. */
function showFirstPlan(good: GoodSource, context: Context): Promise<ExitCode> {
  const { settings, paths, end } = good;
  const texts = new Map(
    end.files.texts.map(({ name, text }) => [join(paths.pulled, name ?? "fleet.yaml"), text]),
  );
  const flags = { ...context.flags, file: paths.fleetFile, texts, sourceHost: settings.host };
  return planCommand({ ...context, flags }, { names: [] }, {});
}

/**
 * Writes everything, the link of the service last: without it, this machine follows nothing. A watch that runs already puts
 * the files of a revision in place by itself.
 */
async function installSource(good: GoodSource, { script }: Enrolling, context: Context): Promise<ExitCode> {
  const { settings, signers, paths, end } = good;
  const { machine, output } = context;
  const kept = keepProgram(process.argv[1] ?? "", machine.home);
  if (!kept.ok) return report(context, kept.diagnostics);
  if (!exists(paths.fleetFile)) {
    const placed = await placeFiles(paths, end.revision.revision, end.files.texts);
    if (!placed.ok) return report(context, placed.diagnostics);
  }
  const files: readonly (readonly [string, string | undefined])[] = [
    [signersFile(settings.fleet, machine), signers],
    [paths.settings, sourceText(settings)],
  ];
  for (const [path, text] of files) {
    const written: Result<void> =
      text === undefined ? ok(undefined) : await writeFile(path, text, 0o600, 0o700);
    if (!written.ok) return report(context, written.diagnostics);
  }
  const isForOther = context.caller !== undefined;
  const code = await installWatch(
    isForOther ? quietly(context) : context,
    { source: paths.settings },
    script,
  );
  if (code !== exitCodes.ok) return code;
  sweepPrograms(machine.home, layoutFor(settings.fleet, machine).unitDir);
  if (!isForOther) {
    output.remark(enrolledRemark(paths.settings));
    return code;
  }
  output.text([enrolledLine(settings)]);
  return showState(good, context);
}

/** Shows the state of the source as JSON alone. */
async function showState({ paths }: TriedSource, context: Context): Promise<ExitCode> {
  const source = readSource(paths.settings, context.machine);
  if (!source.ok) return report(context, source.diagnostics);
  const { output } = context;
  await showSource(source.value, {
    ...context,
    output: { ...output, text: () => undefined, diagnostics: () => undefined },
  });
  return exitCodes.ok;
}

function showsJson({ output }: Context): boolean {
  return output.options.json;
}
