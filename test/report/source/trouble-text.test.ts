import { describe, expect, it } from "vitest";
import type { SourceTrouble } from "../../../src/events/source-events.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { placedLine, troubleLines } from "../../../src/report/source/trouble-text.ts";
import { troubleJson } from "../../../src/report/source/trouble-json.ts";
import { events, evil } from "../../support/report/an-event.ts";

const revision = "3350d4bec1105c14abcf1367ff7a0e44d796431a";
const commit = "7ec769df0f908bd4b5fbd6d924f26dd9300f9cf5";
const fingerprint = "SHA256:abc";

/** The first line of each trouble. */
const words: readonly (readonly [SourceTrouble, string])[] = [
  [{ why: "unreachable", said: "fatal: no route" }, "the source cannot be fetched"],
  [{ why: "copy-unreadable", said: "fatal: bad object" }, "the copy of the source cannot be read"],
  [
    { why: "rewritten", revision, anchor: commit },
    "the source was rewritten: 3350d4bec1 does not follow 7ec769df0f",
  ],
  [
    { why: "unsigned", revision, commit, fingerprint: null },
    "the commit 7ec769df0f before 3350d4bec1 is not signed",
  ],
  [
    { why: "bad-signature", revision, commit: revision, fingerprint },
    "the signature of the commit 3350d4bec1 is bad",
  ],
  [
    { why: "unknown-key", revision, commit: revision, fingerprint },
    "no allowed signer has signed the commit 3350d4bec1",
  ],
  [{ why: "no-tag", revision, commit: revision, fingerprint: null }, "the tag on 3350d4bec1 is not signed"],
  [
    { why: "tag-name", revision, commit: revision, fingerprint: null },
    "the tag on 3350d4bec1 was signed under another name",
  ],
  [{ why: "no-file", revision, path: "fleet.yaml" }, "fleet.yaml is missing in 3350d4bec1"],
  [{ why: "no-regular-file", revision, path: "fleet.yaml" }, "fleet.yaml is no regular file in 3350d4bec1"],
  [{ why: "too-large", revision, path: "fleet.yaml" }, "fleet.yaml is larger than 1 MB in 3350d4bec1"],
  [{ why: "no-text", revision, path: "fleet.yaml" }, "fleet.yaml is not UTF-8 text in 3350d4bec1"],
  [{ why: "lfs-pointer", revision, path: "fleet.yaml" }, "fleet.yaml is a pointer of Git LFS in 3350d4bec1"],
  [{ why: "invalid", revision, diagnostics: [] }, "the fleet file of revision 3350d4bec1 cannot be used"],
  [
    { why: "other-fleet", revision, fleet: "web", wanted: "mosaic" },
    "the source is at 3350d4bec1, which declares the fleet web",
  ],
  [{ why: "unknown-pin", revision }, "the pinned revision 3350d4bec1 is none of the source"],
];

describe("The trouble of a source", () => {
  it.each(words)("%j is reported in words", (trouble, first) => {
    expect(troubleLines(trouble, createColors(false), 200)[0]).toBe(`Error: ${first}`);
    expect(troubleJson(trouble).why).toBe(trouble.why);
  });

  it("names the key that is not allowed, and the way out of a rewritten history", () => {
    const [key, rewritten] = [words[5], words[2]].map(
      (entry) => entry && troubleLines(entry[0], createColors(false), 200).join("\n"),
    );
    expect(key).toContain("Its key is SHA256:abc.");
    expect(rewritten).toContain("fleet source accept 3350d4bec1");
  });

  it("prints nothing raw that others have written", () => {
    const lines = troubleLines({ why: "unreachable", said: evil }, createColors(false), 100);
    expect(lines.join("")).not.toMatch(/\p{Cc}|\u202E/u);
    expect(placedLine({ ...events["source-placed"], subject: evil })).not.toMatch(/\p{Cc}|\u202E/u);
  });
});

describe("A revision in place", () => {
  it("says if it is pinned, the first one, or not verified", () => {
    const placed = events["source-placed"];
    expect(placedLine({ ...placed, isPinned: true })).toContain(
      "newer revisions wait for fleet source unpin",
    );
    expect(placedLine({ ...placed, isFirst: true })).toContain("no history was compared");
    expect(placedLine({ ...placed, signer: null })).toContain("by Ada, not verified");
  });
});
