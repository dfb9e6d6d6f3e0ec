import type { SourceRevision, SourceTrouble } from "../../events/source-events.ts";
import type { PassResult } from "../pull-state.ts";
import { isRecord, parseJson } from "../../text/json.ts";
import { isCommitName } from "../../text/digests/commit-name.ts";

/** The last applied revision of a source. The newest revision must descend from it. */
export interface Anchor {
  readonly git: string;
  readonly ref: string;
  readonly revision: string;
  readonly signer: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** The word of a person about one revision. */
interface Order {
  readonly revision: string;
  /** The account. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The words of a person about a source. */
export interface Orders {
  /** The revision to stay at. */
  readonly pin?: Order;
  /** A revision that need not descend from the anchor. */
  readonly accept?: Acceptance;
}

/** The consent to a revision. It ends when the anchor moves, so an old revision does not count for ever. */
interface Acceptance extends Order {
  /** The anchor at that time; null for none, or one that could not be read. */
  readonly anchor: string | null;
}

/** The result of the last pass, for `fleet source status`. */
export interface Seen {
  /** ISO 8601. */
  readonly at: string;
  /** The newest revision of the source; null if it could not be fetched. */
  readonly newest: string | null;
  /** The revision in place, with its signer; null if the pass did not come so far. */
  readonly placed: SourceRevision | null;
  /** The trouble; null if there is none. */
  readonly trouble: SourceTrouble | null;
  /** The failed passes in a row. */
  readonly failures: number;
}

/** The content of a file of the memory: absent is not unreadable. */
export type Kept<T> =
  { readonly kind: "absent" } | { readonly kind: "broken" } | { readonly kind: "kept"; readonly value: T };

/** Returns the memory of a pass. `failures` are the failed passes in a row before it. Pure. */
export function seenAfter(
  result: PassResult,
  newest: string | undefined,
  failures: number,
  nowMs: number,
): Seen {
  return {
    at: new Date(nowMs).toISOString(),
    newest: newest ?? null,
    placed: result.kind === "good" ? result.revision : null,
    trouble: result.kind === "good" ? null : result.trouble,
    failures: result.kind === "failed" ? failures + 1 : 0,
  };
}

/** Parses the file of an anchor. A file a power cut has cut is broken, and not absent. Pure. */
export function parseAnchor(text: string | undefined): Kept<Anchor> {
  return parseKept(text, (value) => {
    const { git, ref, revision, signer = null, at } = value;
    if (typeof git !== "string" || typeof ref !== "string" || !isCommitName(revision)) return undefined;
    return { git, ref, revision, signer: typeof signer === "string" ? signer : null, at: String(at) };
  });
}

/** Parses the file of orders. Pure. */
export function parseOrders(text: string | undefined): Kept<Orders> {
  return parseKept(text, ({ pin, accept, ...others }) => {
    if (Object.keys(others).length > 0) return undefined;
    const [pinned, accepted] = [pin, accept].map(orderIn);
    if (pinned === "broken" || accepted === "broken") return undefined;
    const { anchor } = (accept ?? {}) as { anchor?: unknown };
    const whole = accepted && { ...accepted, anchor: isCommitName(anchor) ? anchor : null };
    return { ...(pinned && { pin: pinned }), ...(whole && { accept: whole }) };
  });
}

function orderIn(value: unknown): Order | undefined | "broken" {
  if (value === undefined) return undefined;
  const { revision, by, at } = (value ?? {}) as Record<string, unknown>;
  return isCommitName(revision) ? { revision, by: String(by), at: String(at) } : "broken";
}

/** Parses the file of the last pass; undefined for none. Nothing is decided by it. Pure. */
export function parseSeen(text: string | undefined): Seen | undefined {
  const seen = parseKept(text, (value) =>
    typeof value["at"] === "string" && "placed" in value && "trouble" in value && "failures" in value
      ? (value as unknown as Seen)
      : undefined,
  );
  return seen.kind === "kept" ? seen.value : undefined;
}

function parseKept<T>(
  text: string | undefined,
  read: (value: Readonly<Record<string, unknown>>) => T | undefined,
): Kept<T> {
  if (text === undefined) return { kind: "absent" };
  const value = parseJson(text);
  const found = isRecord(value) ? read(value) : undefined;
  return found === undefined ? { kind: "broken" } : { kind: "kept", value: found };
}
