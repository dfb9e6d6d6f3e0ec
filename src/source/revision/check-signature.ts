import type { SignedCommits } from "../../config/source/source-settings.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import {
  commitFacts,
  commitsBetween,
  isSigned,
  nameOfTag,
  seenRef,
  type CommitFacts,
  type Mirror,
} from "../../drivers/git/mirror.ts";
import type { SourceTrouble } from "../../events/source-events.ts";

/** A revision with the signatures it needs. */
export interface Demand {
  readonly revision: string;
  readonly commits: SignedCommits;
  /** The last applied revision; undefined for none. */
  readonly anchor: string | undefined;
  readonly ref: string;
}

/** The most commits of one call: all of them are in its command line. */
const atOnce = 200;

/** Returns undefined if the demanded signatures are good, and the trouble otherwise. */
export async function signatureTrouble(
  mirror: Mirror,
  { revision, commits, anchor, ref }: Demand,
): Promise<Result<SourceTrouble | undefined>> {
  if (commits === "tag") return tagTrouble(mirror, revision, ref);
  const list =
    commits === "all" && anchor !== undefined && anchor !== revision
      ? await commitsBetween(mirror, anchor, revision)
      : ok([revision]);
  if (!list.ok) return list;
  for (let from = 0; from < list.value.length; from += atOnce) {
    const some = list.value.slice(from, from + atOnce);
    const good = await isSigned(mirror, "commit", some);
    if (!good.ok) return good;
    if (!good.value) return firstTrouble(mirror, revision, some);
  }
  // The head counts in any case, also if there is no commit between: after a pin, or with an older one.
  if (list.value.includes(revision)) return ok(undefined);
  const head = await isSigned(mirror, "commit", [revision]);
  if (!head.ok) return head;
  return head.value ? ok(undefined) : firstTrouble(mirror, revision, [revision]);
}

/** Returns the trouble of the oldest of some commits without a good signature. */
async function firstTrouble(
  mirror: Mirror,
  revision: string,
  commits: readonly string[],
): Promise<Result<SourceTrouble>> {
  for (const commit of commits.toReversed()) {
    const good = await isSigned(mirror, "commit", [commit]);
    if (!good.ok) return good;
    if (good.value) continue;
    const facts = await commitFacts(mirror, commit);
    if (!facts.ok) return facts;
    return ok(troubleOf(facts.value, revision, commit));
  }
  return ok({ why: "bad-signature", revision, commit: revision, fingerprint: null });
}

function troubleOf({ signature, key }: CommitFacts, revision: string, commit: string): SourceTrouble {
  const why = signature === "N" ? "unsigned" : signature === "B" ? "bad-signature" : "unknown-key";
  return { why, revision, commit, fingerprint: key === "" ? null : key };
}

/** Checks a signed tag and its name: without that, the server could pass an older tag off as this one. */
async function tagTrouble(
  mirror: Mirror,
  revision: string,
  ref: string,
): Promise<Result<SourceTrouble | undefined>> {
  const refused = (why: "no-tag" | "tag-name" | "unknown-key"): Result<SourceTrouble> =>
    ok({ why, revision, commit: revision, fingerprint: null });
  const name = await nameOfTag(mirror, seenRef);
  if (!name.ok) return name;
  if (name.value === undefined) return refused("no-tag");
  if (`refs/tags/${name.value}` !== ref) return refused("tag-name");
  const good = await isSigned(mirror, "tag", [seenRef]);
  if (!good.ok) return good;
  return good.value ? ok(undefined) : refused("unknown-key");
}
