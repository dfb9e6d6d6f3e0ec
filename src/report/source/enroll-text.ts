import type { GitSettings } from "../../config/source/source-settings.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRevision } from "../../events/source-events.ts";
import type { EnrollChange } from "../../source/enroll/enrollment.ts";
import type { SignerKey } from "../../source/enroll/signer-keys.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { revisionPhrase, shortRef } from "./trouble-text.ts";

/** Returns the question before a source is installed. */
export function enrollQuestion({ fleet, ref, git }: GitSettings): string {
  return visible(`Let fleet ${fleet} follow ${shortRef(ref)} of ${git} from now on?`);
}

/** Returns the remark about an installed source. */
export function enrolledRemark(file: string): string {
  return `The settings are in ${visible(file)}. To fetch now: systemctl --user reload of the service; to look: fleet source status.`;
}

/** Returns the line about an installed source, for another machine. */
export function enrolledLine({ fleet, ref, git }: GitSettings): string {
  return visible(
    `Enrolled: fleet ${fleet} follows ${shortRef(ref)} of ${git}, from now on and at each boot.`,
  );
}

/** Returns the line about a source that is installed exactly so. */
export function unchangedLine({ fleet, ref, git }: GitSettings): string {
  return visible(`No changes. Fleet ${fleet} follows ${shortRef(ref)} of ${git}.`);
}

/** Returns the differences of an enrollment as lines, and the revision the machine would follow. */
export function enrollLines(
  changes: readonly EnrollChange[],
  revision: SourceRevision,
  colors: Colors,
): readonly string[] {
  return [
    ...changes.flatMap((change) => changeLine(change, colors)),
    `The newest revision is ${revisionPhrase(revision)}.`,
  ];
}

function changeLine(change: EnrollChange, colors: Colors): readonly string[] {
  switch (change.kind) {
    case "setting": {
      const { key, before, after } = change;
      // Each host has a name of its own: a line about it would keep equal texts apart.
      if (key === "host" && before === undefined) return [];
      return [diffLine("source", before, after, (value) => `${key}: ${value}`, colors)];
    }
    case "signer": {
      const isNew = change.change === "add";
      const [before, after] = isNew ? [undefined, change.signer] : [change.signer, undefined];
      return [diffLine("signers", before, after, signerPhrase, colors)];
    }
    case "text":
      return [`${colors.yellow("~")} source: the same settings and keys in another text`];
    case "watch": {
      const { before, after = "" } = change;
      if (before === undefined) return [`${colors.green("+")} watch: a service, with mosaic-fleet ${after}`];
      const program =
        before === after
          ? `another build or command line of mosaic-fleet ${after}`
          : `mosaic-fleet ${before} → ${after}`;
      return [`${colors.yellow("~")} watch: ${program}`];
    }
  }
}

function diffLine<T extends string | SignerKey>(
  what: string,
  before: T | undefined,
  after: T | undefined,
  words: (value: T) => string,
  colors: Colors,
): string {
  if (before === undefined)
    return `${colors.green("+")} ${what}: ${after === undefined ? "" : visible(words(after))}`;
  if (after === undefined) return `${colors.red("-")} ${what}: ${visible(words(before))}`;
  return `${colors.yellow("~")} ${what}: ${visible(words(before))} → ${visible(typeof after === "string" ? after : words(after))}`;
}

function signerPhrase({ who, options, fingerprint }: SignerKey): string {
  return [who, fingerprint, ...(options === "" ? [] : [options])].join(" ");
}

/** The watch that keeps a machine from following a source. */
type OtherWatchFacts =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "service"; readonly unit: string }
  | { readonly kind: "by-hand" };

/** Returns the problem of a watch that follows something else, or that was started by hand. */
export function otherWatchProblem(fleet: string, other: OtherWatchFacts): Diagnostic {
  const end = "fleet watch --uninstall, or fleet source unenroll";
  return {
    severity: "error",
    code: "blocked",
    summary: otherWatchPhrase(fleet, other),
    detail: "A fleet has one watch. Nothing was changed.",
    hint: `end it there${other.kind === "by-hand" ? "" : ` (${end})`}, and try again`,
  };
}

function otherWatchPhrase(fleet: string, other: OtherWatchFacts): string {
  switch (other.kind) {
    case "file":
      return `fleet ${fleet} is watched, as ${visible(other.file)} says`;
    case "service":
      return `${other.unit} watches fleet ${fleet} by another file`;
    case "by-hand":
      return `a watch of fleet ${fleet} was started by hand`;
  }
}

/** Returns the problem of a fleet file that other commands would take in the place of the fetched one. */
export function fileInTheWay(file: string): Diagnostic {
  return {
    severity: "error",
    code: "file-exists",
    summary: `${visible(file)} is in the way`,
    detail: "Commands without -f would take it. Nothing was changed.",
    hint: "move it away, and enroll again",
  };
}

/** Returns what an end of an enrollment removes. */
export function unenrollLines(
  { unit, files }: { readonly unit: string | undefined; readonly files: readonly string[] },
  colors: Colors,
): readonly string[] {
  return [
    ...(unit === undefined ? [] : [`${colors.red("-")} watch: ${unit}`]),
    ...files.map((file) => `${colors.red("-")} ${visible(file)}`),
    "The agents go on as they are.",
  ];
}

/** Returns the line about a fleet that follows no source any more. `wasEnrolled`: it did so before. */
export function unenrolledLine(fleet: string, wasEnrolled: boolean): string {
  return wasEnrolled
    ? `Fleet ${fleet} follows no source any more. Its agents go on.`
    : `No changes. Fleet ${fleet} follows no source.`;
}

/** Returns the question before a source is removed. */
export function unenrollQuestion(fleet: string): string {
  return `Let fleet ${fleet} follow its source no more?`;
}

/** The problem of an enrollment another one has overtaken. */
export const enrollmentChanged: Diagnostic = {
  severity: "error",
  code: "stale-plan",
  summary: "another enrollment has changed this machine since the question",
  detail: "Nothing was changed.",
  hint: "run it again to see what differs now",
};
