import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isOfOneVersion, lastingPath } from "../../src/system/lasting-path.ts";

// Not below /tmp, because its folders count as temporary.
const root = mkdtempSync(join(realpathSync(join(tmpdir(), "../var/tmp")), "lasting-"));
afterAll(() => rmSync(root, { recursive: true }));

function program(path: string): string {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), path);
  return join(root, path);
}

describe("The path of a program after an upgrade", () => {
  const real = program("versions/node/v20.19.0/bin/node");
  const other = program("other/bin/node");

  it("is the program itself if no version is in its path", () => {
    expect(lastingPath(other, { PATH: join(root, "current/bin") })).toBe(other);
  });

  it("is a link on PATH, or one of a version manager, if that leads to the same program", () => {
    symlinkSync(join(root, "versions/node/v20.19.0"), join(root, "current"));
    const folders = [join(root, "versions/node/v20.19.0/bin"), "bin", join(root, "other/bin")];
    expect(lastingPath(real, { PATH: folders.join(":") })).toBe(real);
    expect(lastingPath(real, { PATH: [...folders, join(root, "current/bin")].join(":") })).toBe(
      join(root, "current/bin/node"),
    );
    expect(lastingPath(real, { PATH: folders.join(":"), NVM_DIR: root })).toBe(
      join(root, "current/bin/node"),
    );
  });

  it("is not one that ends with a login shell", () => {
    mkdirSync(join(root, "fnm_multishells"));
    symlinkSync(join(root, "versions/node/v20.19.0"), join(root, "fnm_multishells/815_42"));
    expect(lastingPath(real, { PATH: join(root, "fnm_multishells/815_42/bin") })).toBe(real);
  });

  it.each([
    ["/home/ada/.nvm/versions/node/v20.19.0/bin/node", true],
    ["/home/linuxbrew/.linuxbrew/Cellar/node/22.1.0_1/bin/node", true],
    ["/opt/node-v22.1.0-linux-x64/bin/node", true],
    ["/usr/bin/node", false],
    ["/usr/lib/node_modules/mosaic-fleet/dist/cli.js", false],
  ])("may contain a version: %s", (path, is) => {
    expect(isOfOneVersion(path)).toBe(is);
  });
});
