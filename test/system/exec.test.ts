import { existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localMachine } from "../../src/system/environment.ts";
import type { CommandOutcome } from "../../src/system/command.ts";
import { createStayingShell } from "../../src/system/child/staying-shell.ts";
import { localExec, timeoutFactor } from "../../src/system/exec.ts";
import { until } from "../support/rig/until.ts";

/**
 * The ways to run a command: through execa, as a look, through node's spawn, with its output in files or through pipes, and in
 * a shell that stays. All must behave alike. /dev/shm is in memory, as a runtime directory is.
 */
describe.each([
  ["execa", false, "/dev/shm"],
  ["the reader of a look", true, "/dev/shm"],
  ["the reader of a look without files", true, "/no/such/folder"],
  ["a shell that stays", false, "/dev/shm/"],
])("A command run by %s", (way, isLook, runtimeDir) => {
  const staying = createStayingShell();
  const shell = way === "a shell that stays" ? staying : undefined;
  afterAll(() => staying.end());
  const exec = localExec({ ...localMachine(), runtimeDir });
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "exec-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (file: string, ...args: readonly string[]) =>
    exec({ file, args, timeoutMs: 10_000, isLook, shell });
  const sh = (script: string, timeoutMs = 10_000, abort?: AbortSignal) =>
    exec({ file: "sh", args: ["-c", script], timeoutMs, isLook, shell }, abort);
  const printed = (stdout: string) => ({ kind: "exited", code: 0, stdout, stderr: "" });
  const script = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
    return join(folder, name);
  };

  it("returns its output and its exit status", async () => {
    expect(await sh("echo out; echo err >&2; exit 3")).toEqual({
      kind: "exited",
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(await run("true")).toEqual(printed(""));
    expect(await sh("exec >&- 2>&-; sleep 0.2; exit 5")).toMatchObject({ kind: "exited", code: 5 });
  });

  it.each<[string, string, string]>([
    ["a line break at the end", "printf 'a\\n\\n'", "a\n\n"],
    ["CR LF", "printf 'a\\r\\nb\\r\\n'", "a\r\nb\r\n"],
    ["a character that arrives in two pieces", "printf '\\303'; sleep 0.05; printf '\\251'", "é"],
    ["what is no UTF-8", "printf 'a\\377b'", "a\uFFFDb"],
    ["a byte order mark", "printf '\\357\\273\\277x'", "\uFEFFx"],
  ])("keeps %s in its output", async (_what, command, stdout) => {
    expect(await sh(command)).toEqual(printed(stdout));
  });

  it("gets its arguments unchanged, without a shell, and nothing on its standard input", async () => {
    const args = ["", "a b", "$HOME", "*", "--", "-n", "'\"\\", "é\n"];
    expect(await run("printf", "[%s]", ...args)).toEqual(printed(args.map((arg) => `[${arg}]`).join("")));
    expect(await run(script("a b.sh", '#!/bin/sh\necho "[$1]"\n'), "x y")).toEqual(printed("[x y]\n"));
    expect(await run("cat")).toEqual(printed(""));
  });

  it("gets the environment without variables that would redirect it, in the root folder", async () => {
    const misleading = { TMUX: "x", SYSTEMD_COLORS: "1" };
    Object.assign(process.env, misleading);
    const machine = { ...localMachine(), runtimeDir: "/run/user/4711" };
    const show = 'echo "${TMUX-none} ${SYSTEMD_COLORS-none} $LC_ALL $XDG_RUNTIME_DIR $EXTRA $PWD"';
    const command = { file: "sh", args: ["-c", show], timeoutMs: 10_000, env: { EXTRA: "1" }, isLook };
    const outcome = await localExec(machine)(command);
    for (const name of Object.keys(misleading)) delete process.env[name];
    expect(outcome).toEqual(printed("none none C.UTF-8 /run/user/4711 1 /\n"));
  });

  it("is reported as killed by a signal, and as not found or not started", async () => {
    expect(await sh("kill -SEGV $$")).toMatchObject({ kind: "killed", signal: "SIGSEGV" });
    expect(await sh("echo begun >&2; kill -TERM $$")).toEqual({
      kind: "killed",
      signal: "SIGTERM",
      stderr: "begun\n",
    });
    expect(await run("no-such-program")).toEqual({ kind: "not-found" });
    expect(await run(script("no-interpreter", "#!/no/such/interpreter\n"))).toEqual({ kind: "not-found" });
    const notStarted: readonly CommandOutcome[] = [
      await run("/etc"),
      await run("/etc/passwd"),
      await run("sh", "x".repeat(3_000_000)),
      await run("sh", "a\0b"),
      await run(""),
    ];
    for (const outcome of notStarted)
      expect({ ...outcome, code: undefined }).toEqual({
        kind: "not-started",
        message: expect.stringMatching(/./),
      });
  });

  it("may print 70 MB and fail, without seconds or gigabytes of cost", async () => {
    const before = process.memoryUsage().rss;
    const began = process.cpuUsage();
    expect(await sh("head -c 70000000 /dev/zero; exit 1")).toEqual({
      kind: "not-started",
      message: "sh printed more than 67108864 characters",
    });
    expect(await run("yes")).toMatchObject({ kind: "not-started" });
    const failed = await sh("head -c 30000000 /dev/zero; exit 1");
    expect(failed.kind === "exited" && [failed.code, failed.stdout.length]).toEqual([1, 30_000_000]);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).toBeLessThan(5); // 16 s by execa's own buffering of 30 MB
    expect(process.memoryUsage().rss - before).toBeLessThan(700e6); // 1.5 GB by execa's own
  });

  it("ends at its time limit, with all its children that keep its output open", async () => {
    // If it waits for one of these, the test does not end in its own time.
    expect(await sh("echo begun >&2; sleep 1000 & sleep 1000", 300)).toEqual({
      kind: "timed-out",
      timeoutMs: 300,
      stderr: "begun\n",
    });
    const mark = `98.${isLook || shell !== undefined ? runtimeDir.length : 6}`;
    expect(await sh(`sleep ${mark} & sleep ${mark}`, 300)).toMatchObject({ kind: "timed-out" });
    expect(await sh(`pgrep -fx 'sleep ${mark}'`)).toMatchObject({ code: 1, stdout: "" });
    expect(await sh(`setsid sleep 9${mark} & sleep 1000`, 300)).toMatchObject({ kind: "timed-out" });
    expect(await sh(`pkill -fx 'sleep 9${mark}'`)).toMatchObject({ code: 0 });
  });

  it("ends at once if it is aborted, also before its start", async () => {
    const abort = new AbortController();
    const begun = join(folder, "begun");
    const running = sh(`: >${begun}; exec sleep 100`, 10_000, abort.signal);
    await until("it has begun", async () => existsSync(begun));
    abort.abort();
    rmSync(begun);
    expect(await running).toMatchObject({ kind: "killed" });
    expect(await sh("sleep 100", 10_000, abort.signal)).toMatchObject({ kind: "killed" });
  });

  it("is in its own process group, so that a Ctrl-C at the terminal does not reach it", async () => {
    const ran = await sh("ps -o pgid= -p $$");
    expect(ran.kind === "exited" && Number(ran.stdout)).toBeGreaterThan(0);
    const own = await sh(`ps -o pgid= -p ${process.pid}`);
    expect(ran).not.toEqual(own);
  });

  it("also runs if the current folder was deleted, as it may be under a watch", async () => {
    const back = process.cwd();
    const gone = mkdtempSync(join(tmpdir(), "gone-"));
    process.chdir(gone);
    rmdirSync(gone);
    try {
      expect(await run("echo", "hi")).toEqual(printed("hi\n"));
    } finally {
      process.chdir(back);
    }
  });

  it("runs next to a hundred others", async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => String(index));
    const outcomes = await Promise.all(numbers.map((number) => run("echo", number)));
    expect(outcomes).toEqual(numbers.map((number) => printed(`${number}\n`)));
  });
});

describe("The port", () => {
  it("informs the listener about each command, with its outcome and its time", async () => {
    const heard: string[] = [];
    const telling = localExec(localMachine(), ({ file }, { kind }, durationMs) => {
      heard.push(`${file} ${kind} ${durationMs > 0}`);
    });
    await telling({ file: "true", args: [], timeoutMs: 10_000 });
    await telling({ file: "no-such-program", args: [], timeoutMs: 10_000, isLook: true });
    expect(heard).toEqual(["true exited true", "no-such-program not-found true"]);
  });

  it("multiplies each time limit by MOSAIC_FLEET_TIMEOUT_FACTOR, if that is a positive number", () => {
    const factors = ["0.1", "3", "", "0", "-1", "often", "Infinity", undefined].map((value) =>
      timeoutFactor({ MOSAIC_FLEET_TIMEOUT_FACTOR: value }),
    );
    expect(factors).toEqual([0.1, 3, 1, 1, 1, 1, 1, 1]);
  });
});
