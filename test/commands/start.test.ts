import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../support/rig/outer.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("fleet --version", () => {
  const alone = mkdtempSync(join(tmpdir(), "alone-"));
  cpSync(cli, join(alone, "cli.cjs"));
  afterAll(() => rmSync(alone, { recursive: true }));
  const fleet = (...args: readonly string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });

  it.each(["--version", "-V"])("needs only the file that is run, because scripts ask often: %s", (flag) => {
    expect(fleet(join(alone, "cli.cjs"), flag)).toMatchObject({
      status: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  });

  it("ignores the rest of the command line", () => {
    expect(fleet(cli, "--version", "--json")).toMatchObject({ status: 0, stdout: `${version}\n` });
  });
});

describe("fleet --help", () => {
  const fleet = (...args: readonly string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });

  it.each(["--help", "-h"])(
    "prints the text of the command-line parser, which the build has kept: %s",
    (flag) => {
      const kept = fleet(cli, flag);
      const said = fleet(join(dirname(cli), "command-line.js"), flag);
      expect(kept).toMatchObject({ status: 0, stderr: "" });
      expect(kept.stdout).toBe(said.stdout);
      expect(kept.stdout).toBe(readFileSync(join(dirname(cli), "help.txt"), "utf8"));
    },
  );

  it("fits a terminal of 80 columns, and names every command", () => {
    const { stdout } = fleet(cli, "--help");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const named = [...stdout.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name);
    for (const name of named) expect(fleet(cli, String(name), "--help")).toMatchObject({ status: 0 });
    expect(named).toEqual(
      expect.arrayContaining(["validate", "plan", "apply", "status", "watch", "destroy"]),
    );
  });

  it("comes from the command-line parser if the build has not kept it", () => {
    const folder = mkdtempSync(join(tmpdir(), "without-help-"));
    cpSync(dirname(cli), folder, { recursive: true, filter: (path) => !path.endsWith("help.txt") });
    expect(fleet(join(folder, "cli.js"), "--help").stdout).toBe(fleet(cli, "--help").stdout);
    rmSync(folder, { recursive: true });
  });
});

describe("A command line", () => {
  const fleet = (...args: readonly string[]) =>
    spawnSync(process.execPath, [cli, ...args], { encoding: "utf8" });

  it("with a mistyped command is answered with the most similar of all commands", () => {
    expect(fleet("pla")).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("did you mean fleet plan?"),
    });
    expect(fleet("statsu").stderr).toContain("did you mean fleet status?");
  });

  it("with a mistyped option is answered with the most similar option of the command", () => {
    expect(fleet("plan", "--detailed-exitcod")).toMatchObject({ status: 64 });
    expect(fleet("plan", "--detailed-exitcod").stderr).toContain("did you mean --detailed-exitcode?");
  });
});

describe("A closed pipe", () => {
  it.each(["--help", "plan --help", "--version"])("is not a failure: fleet %s | true", (args) => {
    // The reader is gone before the first word.
    const script = `exec 3> >(:); wait "$!"; "$0" "$1" ${args} >&3; echo "$?" >&2`;
    const { stderr } = spawnSync("bash", ["-c", script, process.execPath, cli], { encoding: "utf8" });
    expect(stderr).toBe("0\n");
  });
});

describe("The printed output", () => {
  it("arrives whole, although its reader is slow and the process ends after the last write", () => {
    const folder = mkdtempSync(join(tmpdir(), "slow-reader-"));
    const agents = Array.from({ length: 300 }, (_, index) => `  a${index}: { command: x }\n`).join("");
    writeFileSync(join(folder, "fleet.yaml"), `version: 1\nagents:\n${agents}`);
    // Far more than a pipe holds, and nobody reads it at first.
    const script = '"$0" "$1" plan --json --against empty | { sleep 0.5; cat; }';
    const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 } as const;
    const { stdout } = spawnSync("sh", ["-c", script, process.execPath, cli], options);
    expect((JSON.parse(stdout) as { agents: unknown[] }).agents).toHaveLength(300);
    expect(stdout.length).toBeGreaterThan(100_000);
    rmSync(folder, { recursive: true });
  });
});

describe("fleet on a node that is too old", () => {
  const oldNode = (claimed: string, ...args: readonly string[]) => {
    const pretend = `Object.defineProperty(process.versions, "node", { value: "${claimed}" })`;
    const folder = mkdtempSync(join(tmpdir(), "old-node-"));
    writeFileSync(join(folder, "pretend.cjs"), pretend);
    const argv = ["--require", join(folder, "pretend.cjs"), cli, ...args];
    const ran = spawnSync(process.execPath, argv, { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    return ran;
  };

  it.each(["--version", "plan", "--help", "bogus"])(
    "reports that in one line and does nothing: %s",
    (command) => {
      const ran = oldNode("18.20.8", command);
      expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status: 1, stdout: "" });
      expect(ran.stderr.split("\n")[0]).toBe(
        `Error: fleet needs node 20.19 or newer, and this is node 18.20.8 (${process.execPath}).`,
      );
    },
  );

  it("runs on the oldest version that package.json names", () => {
    expect(oldNode("20.18.3", "--version").status).toBe(1);
    expect(oldNode("20.19.0", "--version").status).toBe(0);
    expect(oldNode("100.0.0", "--version").status).toBe(0);
  });
});
