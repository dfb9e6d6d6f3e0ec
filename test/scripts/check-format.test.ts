import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A union that oxfmt breaks into lines and Prettier does not. */
const disputed = `export type Place =
  { readonly port: number; readonly host: string } | { readonly socket: string } | { readonly file: string };
`;

it("names each file that Prettier would write in another way, and fails if a file cannot be read", () => {
  const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-format-"));
  const check = (): readonly [number | null, string] => {
    const program = join(root, "scripts/check-format.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      cwd: folder,
      encoding: "utf8",
    });
    return [status, stdout + stderr];
  };
  try {
    for (const name of [".oxfmtrc.json", ".prettierrc.json"]) cpSync(join(root, name), join(folder, name));
    writeFileSync(join(folder, "disputed.ts"), disputed);
    expect(check()).toEqual([0, expect.stringContaining("All matched files use Prettier code style!")]);

    writeFileSync(join(folder, "wrong.ts"), "const  a = 1\n");
    writeFileSync(join(folder, "wrong.md"), "* a\n");
    expect(check()).toEqual([1, expect.stringMatching(/^(?![^]*disputed\.ts)[^]*wrong\.md[^]*wrong\.ts/)]);

    writeFileSync(join(folder, "wrong.ts"), "const = 1;\n");
    expect(check()).toEqual([1, expect.stringMatching(/oxfmt failed[^]*wrong\.ts/)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
