import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRuntime } from "../../src/observe/runtime/runtime.ts";

const parts = ["pane", "unit", "memory", "main-process"].map(
  (part) => `. units/start-agent-session/agent/${part}.sh`,
);

/** The files of the kernel are stand-ins, because the machines of the tests have no memory controller of cgroup v2. */
describe("The end of a run because memory ran out", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "memory-end-"));
    mkdirSync(join(root, "group"));
    mkdirSync(join(root, "run/coder"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const numbers = (oom: number, kills: number): string =>
    `low 0\nhigh 0\nmax 70\noom ${oom}\noom_kill ${kills}\noom_group_kill 0\n`;
  /** Plays a run: the numbers of the kernel before and after it, and the status of its command. */
  const run = (before: string | undefined, after: string, status: number, limit = "62914560"): string => {
    const events = join(root, "group/memory.events");
    rmSync(events, { force: true });
    if (before !== undefined) writeFileSync(events, before);
    writeFileSync(join(root, "after"), after);
    writeFileSync(join(root, "group/memory.max"), `${limit}\n`);
    const script = `set -eu; name=coder speaker='agent coder' unit='' tree=$1 group=/group directory=$1/run/coder
${parts.join("\n")}
tell_background() { :; }
count_memory_kills; kills_before=$kills limits_before=$limits
cat "$1/after" >"$1/group/memory.events"; echo ${status} >"$directory/lock"
sh -c : & wait "$!"; (end_as_command "$!") 2>&1 || echo "exit $?"`;
    return execFileSync("sh", ["-c", script, "sh", root], { encoding: "utf8" });
  };
  const observed = () =>
    readRuntime({ runtimeDir: join(root, "run"), holderUnit: "mosaic-tmux-holder.service" }, new Set());

  it("is kept with the limit that was reached, and observed", () => {
    const said = run(numbers(0, 0), numbers(1, 1), 137);
    expect(said).toContain("agent coder: the kernel killed a process of it, because memory ran out\n");
    expect(said).toContain("exit 137\n");
    expect([...observed()]).toMatchObject([
      ["coder", { exitStatus: 137, memoryEnd: { limitBytes: 62_914_560, atMs: expect.any(Number) } }],
    ]);
  });

  it("names no limit if the memory of the machine ran out", () => {
    run(numbers(2, 3), numbers(2, 4), 137, "max");
    expect(observed().get("coder")?.memoryEnd).toMatchObject({ limitBytes: undefined });
  });

  it.each([
    ["the kernel killed nothing in this run", numbers(3, 3), numbers(3, 3), 137],
    ["only a child was killed, and the command failed later", numbers(0, 0), numbers(1, 1), 1],
    ["there is no memory controller", undefined, "", 137],
  ])("is not claimed, and an older one is forgotten, if %s", (_, before, after, status) => {
    writeFileSync(join(root, "run/coder.memory"), "1\n");
    expect(run(before, after, status)).toContain(`exit ${status}\n`);
    expect(existsSync(join(root, "run/coder.memory"))).toBe(false);
    expect(readFileSync(join(root, "run/coder/status"), "utf8")).toBe(`${status}\n`);
    expect(observed().get("coder")?.memoryEnd).toBeUndefined();
  });

  /** Plays a run of a service, with systemd's words for its end. */
  const runService = (before: string, after: string, [result, code, status]: readonly string[]): void => {
    writeFileSync(join(root, "group/memory.events"), before);
    writeFileSync(join(root, "after"), after);
    writeFileSync(join(root, "group/memory.max"), "62914560\n");
    const script = `set -eu; set -- "$1" none; . units/start-agent-session/agent/unit.sh; ${parts.slice(2).join("; ")}
. units/start-agent-session/service.sh
enter_unit() { name=coder speaker='service coder' unit='' directory=$root/run/coder; }
find_tree() { tree=$root group=/group; }
ask_for_job() { jobs='' unsure=''; }
count_restart() { :; }
keep_config() { :; }
root=$1; MOSAIC_AGENT_WORKDIR=/
before_service coder
cat "$root/after" >"$root/group/memory.events"
SERVICE_RESULT=${result} EXIT_CODE=${code} EXIT_STATUS=${status}; after_service coder`;
    execFileSync("sh", ["-c", script, "sh", root], { stdio: ["ignore", "pipe", "pipe"] });
  };

  it.each([
    ["signal", "killed", "KILL"],
    ["oom-kill", "killed", "TERM"],
    ["exit-code", "exited", "137"],
  ])("of a service is kept if systemd calls it %s, %s %s", (...words) => {
    runService(numbers(1, 1), numbers(2, 2), words);
    expect(observed().get("coder")?.memoryEnd).toMatchObject({ limitBytes: 62_914_560 });
  });

  it.each([
    ["it was killed by somebody else", numbers(1, 1), ["signal", "killed", "KILL"]],
    ["only a child was killed", numbers(2, 2), ["exit-code", "exited", "1"]],
  ])("of a service is not claimed if %s", (_, after, words) => {
    writeFileSync(join(root, "run/coder.memory"), "1\n");
    runService(numbers(1, 1), after, words);
    expect(observed().get("coder")?.memoryEnd).toBeUndefined();
  });
});
