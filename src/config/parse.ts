import { ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { asWholeFile, misplacedSettings, repeatedNames } from "./include/file-problems.ts";
import { isClean, ownerOf, parseFleetFile, type FleetFile } from "./include/fleet-file.ts";
import { gatherFiles, type GatheredFiles, type Includer } from "./include/gather.ts";
import { joinFiles } from "./include/join-files.ts";
import { locatedDiagnostic, locatedDiagnostics, locateFile } from "./locate-problems.ts";
import type { Problem } from "./problem.ts";
import { agentProblems, programProblems } from "./problems/checks/agent-checks.ts";
import { dependencyProblems } from "./problems/checks/dependency-checks.ts";
import { envSizeProblems } from "./problems/checks/env-size.ts";
import { formerNameProblems } from "./problems/checks/former-name-checks.ts";
import { hostProblems } from "./problems/checks/host-checks.ts";
import { partProblems } from "./problems/checks/part-checks.ts";
import { jobProblems } from "./problems/checks/job-checks.ts";
import { lenientFleetOf } from "./problems/checks/lenient-fleet.ts";
import { newerVersion } from "./problems/newer-version.ts";
import { otherFileKind } from "./problems/other-file-kind.ts";
import { profileProblems } from "./problems/checks/profile-checks.ts";
import { prototypeKeys } from "./problems/prototype-keys.ts";
import { replicaProblems } from "./problems/checks/replica-placeholders.ts";
import { schemaProblems } from "./problems/schema-problems.ts";
import { worktreeProblems } from "./problems/checks/worktree-checks.ts";
import { fleetSchema } from "./schema/schema.ts";
import type { FleetConfig } from "./types.ts";

/**
 * Limit for the schema's findings to locate in the text: more than are ever shown, because some repeat
 * others.
 */
const maxIssues = 1_000;

/** A file by itself: it finds nothing to include. */
const alone: Includer = { id: "", read: () => undefined };

/**
 * Parses the text of a fleet.yaml, with the files it includes. Returns all errors of an invalid one, file by file and
 * in the order of the text. `file` is the path to show. Locates places only after an error, so a valid file costs its
 * parsing alone. Pure, except for the reading of included files by `includer`.
 */
export function parseFleet(text: string, file: string, includer: Includer = alone): Result<FleetConfig> {
  const gathered = gatherFiles(parseFleetFile(text, file, undefined), includer);
  const { files, problems } = gathered;
  const joined = joinFiles(files) ?? {};
  const checked = fleetSchema.safeParse(joined);
  const own = files.map((each, index) => ({
    file: each,
    problems: [
      ...(index === 0 && checked.success ? [] : ownSchemaProblems(files, index)),
      ...prototypeKeys(each.value, each.text),
      ...(index === 0 ? [] : [...misplacedSettings(each, files[0]), ...repeatedNames(files, index)]),
    ],
  }));
  const across = [
    ...(checked.success
      ? [
          ...partProblems(checked.data, joined, mergedEntryProblems),
          ...hostProblems(checked.data),
          ...profileProblems(checked.data),
        ]
      : programProblems(lenientFleetOf(joined))),
    ...fleetProblems(joined),
  ];
  const isValid =
    files.every(isClean) &&
    problems.length + across.length === 0 &&
    own.every((each) => each.problems.length === 0);
  if (checked.success && isValid) return ok(checked.data);
  for (const each of files) {
    const foreign = otherFileKind(each.value, each.document, each.text);
    if (foreign !== undefined) return { ok: false, diagnostics: [locatedDiagnostic(each, foreign)] };
  }
  const newer = newerVersion(files[0].value ?? {});
  return { ok: false, diagnostics: diagnosticsOf(gathered, own, newer === undefined ? across : "newer") };
}

interface OwnProblems {
  readonly file: FleetFile;
  readonly problems: readonly Problem[];
}

/** Returns the problems the schema finds in one file by itself. */
function ownSchemaProblems(files: readonly FleetFile[], index: number): readonly Problem[] {
  const file = files[index];
  if (file === undefined) return [];
  const value = index === 0 ? (file.value ?? {}) : asWholeFile(file);
  const newer = newerVersion(value);
  if (newer !== undefined) return [newer];
  const checked = fleetSchema.safeParse(value);
  return checked.success ? [] : schemaProblems(value, checked.error.issues.slice(0, maxIssues));
}

/** Returns problems of entries with their defaults. */
function mergedEntryProblems(config: FleetConfig, written: unknown): readonly Problem[] {
  return [
    ...envSizeProblems(config),
    ...replicaProblems(config),
    ...worktreeProblems(config),
    ...jobProblems(config),
    ...programProblems(lenientFleetOf(written)),
  ];
}

/** Returns problems between entries: names, references and the order of starts. */
function fleetProblems(fleet: unknown): readonly Problem[] {
  const lenient = lenientFleetOf(fleet);
  return [...agentProblems(lenient), ...dependencyProblems(lenient), ...formerNameProblems(lenient)];
}

/** Returns the diagnostics of all files. Names that are missing mean nothing while a file cannot be read. */
function diagnosticsOf(
  { files, problems }: GatheredFiles,
  own: readonly OwnProblems[],
  across: readonly Problem[] | "newer",
): readonly Diagnostic[] {
  const located = files.map(locateFile);
  const isWhole =
    problems.length === 0 && files.every(({ value }, index) => index === 0 || value !== undefined);
  const between = across === "newer" ? [] : across.filter(({ absent }) => isWhole || absent === undefined);
  return located.flatMap((each, index) =>
    locatedDiagnostics(
      each,
      [
        ...(own[index]?.problems ?? []),
        ...problems.filter(({ file }) => file === each.file).map(({ problem }) => problem),
        ...between.filter(({ path }) => ownerOf(files, path) === each.file),
      ],
      located,
    ),
  );
}
