import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleFile } from "../../scripts/build/bundle.mjs";
import { openOutputFiles } from "../../src/system/child/output-files.ts";

let tools = "";
beforeAll(() => {
  tools = mkdtempSync(join(tmpdir(), "output-files-"));
});
afterAll(() => rmSync(tools, { recursive: true }));

describe("the files for the output of a look", () => {
  it("are not opened where a file needs a name, and where there is no folder", () => {
    expect(openOutputFiles("/proc")).toBeUndefined();
    expect(openOutputFiles("/no/such/folder")).toBeUndefined();
  });

  it("never pass a part for the whole output if the folder is full", async () => {
    await bundleFile("src/system/child/read-command.ts", tools);
    const script = `
      const { readCommand } = require(${JSON.stringify(join(tools, "read-command.js"))});
      const print = (bytes) => ({ file: "sh", args: ["-c", "head -c " + bytes + " /dev/zero; true"], timeoutMs: 10_000 });
      const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: "/mnt" };
      (async () => {
        const fits = await readCommand(print(1_000_000), env);
        const { kind, message } = await readCommand(print(30_000_000), env);
        console.log(fits.stdout.length, kind, message);
      })();`;
    const mount = 'mount -t tmpfs -o size=20m tmpfs /mnt && exec "$0" -e "$1"';
    const args = ["--mount", "--map-root-user", "sh", "-c", mount, process.execPath, script];
    const ran = spawnSync("unshare", args, { encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toBe("1000000 not-started there is no space left in /mnt for its output\n");
  });
});
