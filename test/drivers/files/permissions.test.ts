import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foldersAbove, linkTarget, permissionsOf } from "../../../src/drivers/files/permissions.ts";
import { hasOnly } from "../../../src/drivers/files/private-group.ts";

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-permissions-")));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("the folders above a path", () => {
  it("end at home, also if the path does not exist", () => {
    expect(foldersAbove(`${home}/.config/mosaic/x`, home)).toEqual([
      home,
      `${home}/.config`,
      `${home}/.config/mosaic`,
    ]);
  });

  it("end at the root for a path outside", () => {
    expect(foldersAbove("/none/of/this", home)).toEqual(["/", "/none", "/none/of"]);
  });

  it("include those of the target of a link on the way", () => {
    mkdirSync(`${home}/dotfiles/config`, { recursive: true });
    symlinkSync("dotfiles/config", `${home}/.config`);
    expect(foldersAbove(`${home}/.config/mosaic/x`, home)).toEqual([
      home,
      `${home}/.config`,
      `${home}/.config/mosaic`,
      `${home}/dotfiles`,
      `${home}/dotfiles/config`,
      `${home}/dotfiles/config/mosaic`,
    ]);
    expect(linkTarget(`${home}/.config`)).toBe("dotfiles/config");
    expect(linkTarget(`${home}/dotfiles`)).toBeUndefined();
    expect(permissionsOf(`${home}/.config`)).toEqual(permissionsOf(`${home}/dotfiles/config`));
    expect(permissionsOf(`${home}/none`)).toBeUndefined();
  });
});

describe("a group is private", () => {
  const accounts = ["root:x:0:0::/root:/bin/sh", "ada:x:1000:1000::/home/ada:/bin/sh"];
  it.each<[boolean, string, string[], string[]]>([
    [true, "the account's own, with nobody in it", ["ada:x:1000:"], accounts],
    [true, "the account's own, with the account in it", ["ada:x:1000:ada"], accounts],
    [false, "with another member", ["ada:x:1000:ada,bob"], accounts],
    [
      false,
      "with another account whose primary group it is",
      ["ada:x:1000:"],
      [...accounts, "bob:x:1001:1000::/:/bin/sh"],
    ],
    [false, "that is not known here", ["users:x:100:"], accounts],
  ])("%s: %s", (verdict, _, groups, all) => {
    expect(hasOnly("ada", 1000, groups, all)).toBe(verdict);
  });
});
