import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { GitSettings } from "../../../src/config/source/source-settings.ts";
import { enrollChanges, type Enrollment } from "../../../src/source/enroll/enrollment.ts";
import { signerKeys } from "../../../src/source/enroll/signer-keys.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIFsnyF0rI8xjiMAjLCxNaAtO7xbgVvg8PHVPVrxkq4wv";
const settings: GitSettings = {
  fleet: "mosaic",
  git: "ssh://git@git.example.org/fleet.git",
  ref: "refs/heads/main",
  path: "fleet.yaml",
  host: "build1",
  intervalMs: 60_000,
  verify: { kind: "signers", allowedSigners: "/signers", commits: "head" },
};
const enrolled: Enrollment = {
  settings,
  signers: signerKeys(`ada ssh-ed25519 ${key}`),
  texts: ["a", "b"],
  watch: { version: "1.0.0", isInLine: true },
};

describe("the differences of an enrollment", () => {
  it("are none for the same one, and everything for a machine without one", () => {
    expect(enrollChanges(enrolled, enrolled)).toEqual([]);
    const nothing: Enrollment = {
      settings: undefined,
      signers: [],
      texts: [undefined, undefined],
      watch: { version: undefined, isInLine: false },
    };
    expect(enrollChanges(nothing, enrolled).map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 6 }, () => "setting"),
      "signer",
      "watch",
    ]);
  });

  it("name each changed setting, key and program, and a text that differs otherwise", () => {
    const after: Enrollment = {
      settings: { ...settings, ref: "refs/heads/stable", host: undefined },
      signers: signerKeys(`ada valid-before="20270101" ssh-ed25519 ${key}`),
      texts: ["c", "d"],
      watch: { version: "1.1.0", isInLine: true },
    };
    expect(enrollChanges({ ...enrolled, watch: { version: "1.0.0", isInLine: false } }, after)).toMatchObject(
      [
        { key: "ref", before: "refs/heads/main", after: "refs/heads/stable" },
        { key: "host", before: "build1", after: undefined },
        { change: "add", signer: { who: "ada", options: 'valid-before="20270101"' } },
        { change: "remove", signer: { who: "ada", options: "" } },
        { kind: "watch", before: "1.0.0", after: "1.1.0" },
      ],
    );
    expect(enrollChanges({ ...enrolled, texts: ["a", "x"] }, enrolled)).toEqual([{ kind: "text" }]);
  });
});

describe("the keys of allowed signers", () => {
  it("have the fingerprints that ssh-keygen prints, and lines of another form have none", () => {
    const text = `# people\n\nada,eve namespaces="git",valid-before="2027 01" ssh-ed25519 ${key} a comment\nbroken\nalso broken ssh-ed25519\n`;
    const [first, ...others] = signerKeys(text);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ who: "ada,eve", options: 'namespaces="git",valid-before="2027 01"' });
    const input = `ssh-ed25519 ${key}\n`;
    const told = execFileSync("sh", ["-c", "ssh-keygen -lf -"], { input, encoding: "utf8" });
    expect(told.split(" ")[1]).toBe(first?.fingerprint);
  });
});
