import { grouped } from "../../text/grouped.ts";
import { naturally } from "../../text/natural-order.ts";
import { rangesOf } from "../alike.ts";
import { durationPhrase, exactDuration, localTime } from "../phrases.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import type { SourceJson } from "./source-output.ts";
import { shortCommit, shortRef } from "./trouble-text.ts";

/** Returns the state of a Git source as lines. `nowMs` since the epoch. */
export function sourceLines(source: SourceJson, nowMs: number, colors: Colors): readonly string[] {
  const { fleet, git, ref, intervalMs, applied, placed, newest, seenAt, pin, waiting } = source;
  const ago = (at: string): string =>
    `${durationPhrase(Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000)))} ago`;
  const rows: readonly (readonly [string, string])[] = [
    ["Verified", signersPhrase(source)],
    ["Applied", applied === null ? "nothing yet" : appliedPhrase(applied)],
    ...(placed === null || placed === applied?.revision ? [] : [["In place", shortCommit(placed)] as const]),
    ["Newest", newest === null ? "unknown" : shortCommit(newest)],
    ["Fetched", seenAt === null ? "not since the last boot" : ago(seenAt)],
    ...(pin === null
      ? []
      : [["Pinned", `${shortCommit(pin.revision)} by ${pin.by}, ${localTime(Date.parse(pin.at))}`] as const]),
    ...[...grouped(waiting ?? [], awaitedEndPhrase)].map(
      ([phrase, some]) =>
        ["Waiting", `${rangesOf(naturally(some.map(({ agent }) => agent)))}: ${phrase}`] as const,
    ),
  ];
  const hasHeld = waiting?.some(({ why }) => why === "held") === true;
  return [
    `${colors.bold(`Fleet ${visible(fleet)}`)} follows ${visible(shortRef(ref))} of ${visible(git)}, every ${exactDuration(intervalMs)}`,
    ...rows.map(([head, text]) => `${head.padEnd(10)}${visible(text)}`),
    ...(hasHeld ? [heldHint] : []),
  ];
}

/** The way out for agents no table brings to their host. */
const heldHint =
  "If they certainly run on no other host, write that into the table: fleet place --write --ended AGENT, and commit it.";

function awaitedEndPhrase({ from, why }: NonNullable<SourceJson["waiting"]>[number]): string {
  return why === "move"
    ? `until the table says that it has ended on ${from}`
    : `was on ${from} by the applied table, and no move has brought it here`;
}

function signersPhrase({ verify }: SourceJson): string {
  switch (verify) {
    case "none":
      return "not at all: any commit counts";
    case "head":
      return "by the signature of the newest commit";
    case "all":
      return "by the signatures of all commits since the applied one";
    case "tag":
      return "by the signature of the tag";
  }
}

function appliedPhrase({ revision, signer, at }: NonNullable<SourceJson["applied"]>): string {
  const by = signer === null ? "not verified" : `signed by ${signer}`;
  return `${shortCommit(revision)}, ${by}, ${localTime(Date.parse(at))}`;
}

/** Returns the line about the end of a pin, or that there is none. */
export function unpinLine(pin: SourceJson["pin"] | undefined): string {
  return pin === undefined || pin === null
    ? "No changes. There is no pin."
    : `- pin: ${shortCommit(pin.revision)} by ${pin.by}; then the newest revision counts again`;
}

/** Returns the remark about an order: when it takes effect. */
export function orderRemark(
  order: "pin" | "accept" | "unpin",
  revision: string | undefined,
  isWatched: boolean,
): string {
  const what = {
    pin: `Pinned: ${shortCommit(revision ?? "")}. Newer revisions wait for fleet source unpin.`,
    accept: `Accepted: ${shortCommit(revision ?? "")}.`,
    unpin: "The pin is gone: the newest revision counts again.",
  }[order];
  return isWatched
    ? `${what} The watch follows it now.`
    : `${what} No watch runs: it takes effect with the next one.`;
}
