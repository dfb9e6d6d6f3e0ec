import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../rig/outer.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("fleet --version", () => {
  const alone = mkdtempSync(join(tmpdir(), "alone-"));
  cpSync(cli, join(alone, "cli.cjs"));
  afterAll(() => rmSync(alone, { recursive: true }));
  const fleet = (...args: readonly string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });

  it.each(["--version", "-V"])(
    "needs nothing but the file that is run, for scripts ask often: %s",
    (flag) => {
      expect(fleet(join(alone, "cli.cjs"), flag)).toMatchObject({
        status: 0,
        stdout: `${version}\n`,
        stderr: "",
      });
    },
  );

  it("is the same where more is on the command line", () => {
    expect(fleet(cli, "--version", "--json")).toMatchObject({ status: 0, stdout: `${version}\n` });
  });
});

describe("What a reader cuts off", () => {
  it.each(["--help", "plan --help", "--version"])("is no failure: fleet %s | true", (args) => {
    // The reader is gone before the first word.
    const script = `{ sleep 0.2; "$0" "$1" ${args}; echo "$?" >&2; } | true`;
    const { stderr } = spawnSync("sh", ["-c", script, process.execPath, cli], { encoding: "utf8" });
    expect(stderr).toBe("0\n");
  });
});
