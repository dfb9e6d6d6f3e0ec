import { describe, expect, it } from "vitest";
import { parseSource } from "../../../src/config/source/parse-source.ts";
import {
  fullRef,
  hasPassword,
  isRepositoryPath,
  protocolOf,
} from "../../../src/config/source/source-settings.ts";
import { sourceText } from "../../../src/config/source/source-text.ts";

const least = "version: 1\ngit: ssh://git@git.lan/fleet.git\n";
const signed = "verify: { allowedSigners: ~/.config/mosaic/fleet/allowed_signers }\n";

function problems(text: string): readonly string[] {
  const parsed = parseSource(text, "source.yaml");
  return parsed.ok ? [] : parsed.diagnostics.map(({ summary, place }) => `${place?.line ?? "-"}: ${summary}`);
}

describe("source.yaml", () => {
  it("needs an address and a word about signatures; the rest has defaults", () => {
    const parsed = parseSource(`${least}${signed}`, "source.yaml");
    expect(parsed).toEqual({
      ok: true,
      value: {
        fleet: "mosaic",
        git: "ssh://git@git.lan/fleet.git",
        ref: "refs/heads/main",
        path: "fleet.yaml",
        host: undefined,
        intervalMs: 60_000,
        verify: {
          kind: "signers",
          allowedSigners: "~/.config/mosaic/fleet/allowed_signers",
          commits: "head",
        },
      },
    });
    if (parsed.ok) expect(parseSource(sourceText(parsed.value), "s")).toEqual(parsed);
  });

  it("takes `none` only if it is written", () => {
    expect(problems(least)).toEqual(["1: verify must say whose commits count"]);
    expect(problems(`${least}verify: none\n`)).toEqual([]);
    expect(problems("version: 1\ngit: git://git.lan/f.git\nverify: none\n")).toEqual([
      "3: git:// without signatures: anybody on the way can change it",
    ]);
  });

  it("reports all errors at once, at their places", () => {
    const text = `version: 1
git: ext::sh -c touch
reff: main
interval: 1s
path: ../fleet.yaml
host: -x
verify: { allowedSigners: keys, commits: tag }
`;
    expect(problems(text)).toEqual([
      "2: git must be the address of a repository",
      '3: unknown key "reff"',
      "4: interval must be a duration of at least 5 seconds",
      "5: path must be the path of a file in the repository",
      "6: host must be the name of a host",
      "7: allowedSigners must be an absolute path",
      "7: commits: tag needs a tag as ref",
    ]);
    expect(problems("version: 1\ngit: https://ada:secret@git.lan/f.git\nverify: none\n")).toEqual([
      "2: the address of the repository has a password",
    ]);
    expect(problems("- a list\n").length).toBeGreaterThan(0);
    expect(problems("version: 1\ngit: [").length).toBeGreaterThan(0);
  });
});

describe("The address of a repository", () => {
  it.each([
    ["ssh://git@git.lan/f.git", "ssh"],
    ["git@git.lan:f.git", "ssh"],
    ["git.lan:f.git", "ssh"],
    ["https://git.lan/f.git", "https"],
    ["file:///srv/f.git", "file"],
    ["/srv/f.git", "file"],
    ["git://git.lan/f.git", "git"],
    ["http://git.lan/f.git", undefined],
    ["ext::sh -c id", undefined],
    ["fd::7", undefined],
    ["ssh://-oProxyCommand=id/f", undefined],
    ["-u:x", undefined],
    ["host:-x", undefined],
    ["a\nb:c", undefined],
    ["", undefined],
  ])("%j has the protocol %s", (address, protocol) => {
    expect(protocolOf(address)).toBe(protocol);
  });

  it("may not have a password", () => {
    expect(hasPassword("https://ada:x@git.lan/f")).toBe(true);
    expect(hasPassword("ssh://git@git.lan:22/f")).toBe(false);
  });
});

describe("The name of a branch or tag", () => {
  it("is written out", () => {
    expect(fullRef("main")).toBe("refs/heads/main");
    expect(fullRef("refs/tags/v1.2")).toBe("refs/tags/v1.2");
    expect(fullRef("team/core")).toBe("refs/heads/team/core");
  });

  it.each([
    "refs/notes/x",
    "a..b",
    "a b",
    "a:b",
    "a~1",
    "a^",
    "@{-1}x@{",
    "x.lock",
    "a//b",
    "a/",
    "a.",
    "a/.b",
    "-x",
    "*",
    "a\u0000",
    "a\nb",
    "\u202Ex",
    "",
  ])("%j is refused", (name) => {
    expect(fullRef(name)).toBeUndefined();
  });
});

describe("A path in the repository", () => {
  it("stays in it", () => {
    for (const path of ["fleet.yaml", "prod/eu/fleet.yaml", ":(top)x"])
      expect(isRepositoryPath(path)).toBe(true);
    for (const path of ["/etc/x", "../x", "a/../b", "a//b", "", ".git/config", "-x", "a\nb", "./x"])
      expect(isRepositoryPath(path)).toBe(false);
  });
});
