import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { SourceEvent, SourceRevision, SourceTrouble } from "../../events/source-events.ts";
import { renderDiagnostics } from "../diagnostics.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns a commit, shortened for people. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}

/** Returns a reference without the words that all of them have. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, "");
}

/** Returns a revision with its subject and its signer. */
export function revisionPhrase({ revision, subject, signer, author }: SourceRevision): string {
  const by = signer === null ? `by ${author}, not verified` : `signed by ${signer}`;
  return visible(`${shortCommit(revision)} "${subject}", ${by}`);
}

/** Returns the line about a revision that is in place. */
export function placedLine(event: Extract<SourceEvent, { kind: "source-placed" }>): string {
  const { ref, isPinned, isFirst } = event;
  const first = isFirst && !isPinned ? " It is the first one here, so no history was compared." : "";
  const pinned = isPinned ? " It is pinned: newer revisions wait for fleet source unpin." : "";
  return `Source: ${visible(shortRef(ref))} is at ${revisionPhrase(event)}.${first}${pinned}`;
}

/** Returns the sentence about the state of the fleet while the source is refused. */
export function sourceInForce(inForce: boolean): string {
  return inForce
    ? "The fleet follows the last good revision. The source is fetched again."
    : "Nothing is changed until there is a good revision. The source is fetched again.";
}

/** Returns a trouble in words. */
export function troubleLines(trouble: SourceTrouble, colors: Colors, width: number): readonly string[] {
  return renderDiagnostics(troubleDiagnostics(trouble), colors, width);
}

/** Returns a trouble as diagnostics: what is wrong, and what to do. */
export function troubleDiagnostics(trouble: SourceTrouble): readonly Diagnostic[] {
  switch (trouble.why) {
    case "unreachable":
      return [error("command-failed", "the source cannot be fetched", { detail: trouble.said })];
    case "copy-unreadable":
      return [error("command-failed", "the copy of the source cannot be read", { detail: trouble.said })];
    case "rewritten":
      return [rewritten(trouble.revision, trouble.anchor)];
    case "invalid":
    case "settings":
      return "revision" in trouble
        ? [unusableFile(trouble.revision), ...trouble.diagnostics]
        : trouble.diagnostics;
    case "other-fleet": {
      const { revision, fleet, wanted } = trouble;
      return [
        error("blocked", `the source is at ${shortCommit(revision)}, which declares the fleet ${fleet}`, {
          detail: `This machine follows the fleet ${wanted}.`,
          hint: `set its name back, or write fleet: ${fleet} into a source.yaml of its own`,
        }),
      ];
    }
    case "unknown-pin":
      return [
        error(
          "unknown-revision",
          `the pinned revision ${shortCommit(trouble.revision)} is none of the source`,
          {
            hint: wording`take the pin away: ${fleetCommand("source unpin")}`,
          },
        ),
      ];
    case "no-file":
    case "no-regular-file":
    case "too-large":
    case "no-text":
    case "lfs-pointer":
      return [
        error(
          "file-unreadable",
          `${trouble.path} ${fileProblems[trouble.why]} in ${shortCommit(trouble.revision)}`,
          {
            hint: "correct it in a new commit",
          },
        ),
      ];
    case "unsigned":
    case "bad-signature":
    case "unknown-key":
    case "tag-name":
    case "no-tag":
      return [signature(trouble)];
  }
}

const fileProblems = {
  "no-file": "is missing",
  "no-regular-file": "is no regular file",
  "too-large": "is larger than 1 MB",
  "no-text": "is not UTF-8 text",
  "lfs-pointer": "is a pointer of Git LFS",
} as const;

function rewritten(revision: string, anchor: string): Diagnostic {
  return error(
    "blocked",
    `the source was rewritten: ${shortCommit(revision)} does not follow ${shortCommit(anchor)}`,
    {
      detail: `${shortCommit(anchor)} is applied here. An older or another history is not taken without consent.`,
      hint: wording`if that is meant: ${fleetCommand("source accept")} ${shortCommit(revision)}`,
    },
  );
}

function unusableFile(revision: string): Diagnostic {
  return error("invalid-value", `the fleet file of revision ${shortCommit(revision)} cannot be used`, {
    hint: "correct it in a new commit",
  });
}

type Unsigned = Extract<SourceTrouble, { commit: string }>;

function signature({ why, revision, commit, fingerprint }: Unsigned): Diagnostic {
  const where = commit === revision ? "" : ` before ${shortCommit(revision)}`;
  const of = `${shortCommit(commit)}${where}`;
  const keyed = fingerprint === null ? undefined : `Its key is ${fingerprint}.`;
  switch (why) {
    case "unsigned":
      return error("blocked", `the commit ${of} is not signed`, { hint: signHint });
    case "bad-signature":
      return error("blocked", `the signature of the commit ${of} is bad`, { detail: keyed, hint: signHint });
    case "unknown-key":
      return error("blocked", `no allowed signer has signed the commit ${of}`, {
        detail: keyed ?? "Its key is not in the file of allowed signers, or was not valid at its time.",
        hint: "add the key to the allowed signers on this machine, or sign it again",
      });
    case "no-tag":
      return error("blocked", `the tag on ${of} is not signed`, {
        hint: "make a signed tag: git tag --sign, or write commits: head into source.yaml",
      });
    case "tag-name":
      return error("blocked", `the tag on ${of} was signed under another name`, {
        detail: "It may be an older tag, passed off as this one.",
      });
  }
}

const signHint = "sign it in a new commit: git commit --gpg-sign with gpg.format=ssh";

function error(
  code: Diagnostic["code"],
  summary: string,
  more: Pick<Diagnostic, "detail" | "hint"> = {},
): Diagnostic {
  return { severity: "error", code, summary, ...more };
}
