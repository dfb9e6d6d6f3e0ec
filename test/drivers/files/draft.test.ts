import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installDraft, ownershipOf, type Ownership } from "../../../src/drivers/files/copies/draft.ts";

describe("The draft of a file", () => {
  const isRoot = process.getuid?.() === 0;
  let folder = "";
  const file = (): string => join(folder, "fleet.yaml");
  const draft = (): string => join(folder, "fleet.edit.yaml");
  const ownership = (): Ownership => {
    const found = ownershipOf(file());
    if (found === undefined) throw new Error("there is no file");
    return found;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "draft-"));
    writeFileSync(file(), "old");
    writeFileSync(draft(), "new", { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([0o644, 0o600, 0o664, 0o444])("keeps the mode %o of the file that it replaces", (mode) => {
    chmodSync(file(), mode);
    expect(installDraft(draft(), file(), ownership()).ok).toBe(true);
    expect(readFileSync(file(), "utf8")).toBe("new");
    expect(statSync(file()).mode & 0o7777).toBe(mode);
  });

  it.runIf(isRoot)("keeps the owner if root edits the file of a user", () => {
    chownSync(file(), 1234, 2345);
    chmodSync(file(), 0o640);
    expect(installDraft(draft(), file(), ownership()).ok).toBe(true);
    const { uid, gid, mode } = statSync(file());
    expect([uid, gid, mode & 0o7777]).toEqual([1234, 2345, 0o640]);
  });

  it.runIf(!isRoot)("is written into a file whose owner it cannot get", () => {
    const { ino } = statSync(file());
    expect(installDraft(draft(), file(), { ...ownership(), uid: 0 }).ok).toBe(true);
    expect([readFileSync(file(), "utf8"), statSync(file()).ino]).toEqual(["new", ino]);
    expect(existsSync(draft())).toBe(false);
  });

  it.runIf(!isRoot)("leaves both files as they are if the user may not write to the file either", () => {
    chmodSync(file(), 0o444);
    expect(installDraft(draft(), file(), { ...ownership(), uid: 0 }).ok).toBe(false);
    expect([readFileSync(file(), "utf8"), readFileSync(draft(), "utf8")]).toEqual(["old", "new"]);
  });
});
