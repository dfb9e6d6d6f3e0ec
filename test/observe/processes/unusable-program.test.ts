import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unusableProgram, type UnusableProgram } from "../../../src/observe/processes/unusable-program.ts";

describe("unusableProgram", () => {
  const workdir = mkdtempSync(join(tmpdir(), "program-"));
  const bin = join(workdir, "büro");
  beforeAll(() => {
    mkdirSync(join(bin, "folder"), { recursive: true });
    for (const name of ["tool", "plain"]) writeFileSync(join(bin, name), "#!/bin/sh\n");
    chmodSync(join(bin, "tool"), 0o755);
  });
  afterAll(() => rmSync(workdir, { recursive: true }));

  const path = `/no/such:${bin}`;
  const problem = (program: string, PATH: string | undefined = path): UnusableProgram | undefined => {
    const env = new Map(PATH === undefined ? [] : [["PATH", Buffer.from(PATH).toString("latin1")]]);
    return unusableProgram(program, { env, workdir });
  };

  it("finds programs on the PATH, and by a path from the folder of the process", () => {
    const usable = ["tool", "./büro/tool", join(bin, "tool")];
    expect(usable.map((program) => problem(program))).toEqual([undefined, undefined, undefined]);
    expect([problem("tool", "büro"), problem("büro/tool", "")]).toEqual([undefined, undefined]);
  });

  it("tells what is missing from what may not be executed", () => {
    expect(problem("nothing")).toEqual({ kind: "missing", searched: path });
    expect(problem("./tool")).toEqual({ kind: "missing", path: join(workdir, "tool") });
    for (const name of ["plain", "folder"])
      expect(problem(name)).toEqual({ kind: "not-executable", path: join(bin, name) });
    expect(problem("plain", `${bin}:/no/such`)).toMatchObject({ kind: "not-executable" });
  });

  it("says nothing of what it does not know: without a PATH, or in a folder that is gone", () => {
    expect(unusableProgram("nothing", { env: new Map(), workdir })).toBeUndefined();
    expect(unusableProgram("./tool", { env: new Map(), workdir: "/gone (deleted)" })).toBeUndefined();
    expect(problem("")).toBeUndefined();
    expect(problem("tool", `/${"x".repeat(300)}`)).toBeUndefined();
  });
});
