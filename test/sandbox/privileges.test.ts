import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sandboxResult } from "../../src/sandbox/run.ts";
import { findSandboxMode } from "../../src/sandbox/privileges.ts";

const env = { PATH: process.env["PATH"] };

describe("the way into the sandbox", () => {
  it("is a control group made by hand for root", () => {
    expect(findSandboxMode({ uid: 0, env })).toMatchObject({ ok: true, value: { kind: "root" } });
  });

  it("names the missing programs, and their packages", () => {
    const found = findSandboxMode({ uid: 0, env: { PATH: "/nowhere" } });
    expect(found).toMatchObject({ ok: false, diagnostics: [{ code: "missing-program" }] });
    expect(JSON.stringify(found)).toMatch(/unshare.*apt-get install tmux systemd .*util-linux/);
  });

  it("advises an ordinary user without a user manager", () => {
    const runtimeDir = mkdtempSync(join(tmpdir(), "fleet-no-manager-"));
    const found = findSandboxMode({ uid: 1000, env: { ...env, XDG_RUNTIME_DIR: runtimeDir } });
    rmSync(runtimeDir, { recursive: true });
    expect(found).toMatchObject({ ok: false, diagnostics: [{ code: "no-user-manager" }] });
    expect(JSON.stringify(found)).toContain("loginctl enable-linger");
  });
});

function failed(said: string): string {
  return JSON.stringify(sandboxResult({ kind: "exited", code: 1, began: false, said }));
}

describe("a sandbox that could not be set up", () => {
  it.each([
    { said: "unshare: unshare failed: Operation not permitted\n", hint: "--privileged" },
    { said: "mkdir: cannot create directory ‘x’: Read-only file system\n", hint: "mounted read-only" },
    { said: "unshare: unshare failed: No space left on device\n", hint: "max_user_namespaces" },
    { said: "something nobody thought of\n", hint: "something nobody thought of" },
    { said: "", hint: "without a message" },
  ])("is explained: $said", ({ said, hint }) => {
    expect(failed(said)).toContain(hint);
  });
});
