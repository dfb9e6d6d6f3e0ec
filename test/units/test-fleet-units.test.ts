import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const units = fileURLToPath(new URL("../../units", import.meta.url));
const agent = "mosaic-agent@.service";
const holder = "mosaic-tmux-holder.service";
const script = "start-agent-session.sh";

describe("test-fleet-units.sh", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "fleet units "));
    cpSync(units, copy, { recursive: true });
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });

  function check(env: NodeJS.ProcessEnv = process.env): { code: number | null; lines: readonly string[] } {
    const ran = spawnSync(join(units, "test-fleet-units.sh"), [copy], { encoding: "utf8", env });
    return { code: ran.status, lines: (ran.stdout + ran.stderr).split("\n").filter(Boolean) };
  }
  /** Returns the faults found; the exit status says if there are any. */
  const faults = (): readonly string[] => {
    const { code, lines } = check();
    const found = lines.filter((line) => line.startsWith("FAULT"));
    expect(code).toBe(found.length > 0 ? 1 : 0);
    return found;
  };
  const edit = (file: string, change: (text: string) => string): void => {
    const before = readFileSync(join(copy, file), "utf8");
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changes nothing`);
    writeFileSync(join(copy, file), after);
  };

  it("finds nothing wrong with the units of this package, and lists its checks", () => {
    const { code, lines } = check();
    expect(code).toBe(0);
    expect(lines).toHaveLength(8);
    for (const line of lines) expect(line).toMatch(/^ok {4}/);
  });

  it("finds nothing wrong with the units of a fleet with another name", () => {
    const rename = (text: string): string => text.replaceAll("mosaic-", "second-");
    for (const file of [agent, holder]) {
      edit(file, rename);
      cpSync(join(copy, file), join(copy, rename(file)));
      rmSync(join(copy, file));
    }
    expect(check().code).toBe(0);
  });

  it.each([
    ["an unknown setting", agent, /^Restart=/m, "Restrat=", /mosaic-agent@.service:\d+: Unknown key/],
    [
      "a value that is none",
      holder,
      "Restart=always",
      "Restart=often",
      /mosaic-tmux-holder.service:\d+: Failed to parse/,
    ],
    ["a broken section", agent, "[Service]", "[Service", /mosaic-agent@/],
    [
      "a command that is not there",
      agent,
      "/tools/fleet/start-",
      "/tools/fleet/run-",
      /start-agent-session.sh|run-agent-session.sh/,
    ],
    [
      "an error in the script",
      script,
      "set -eu\n",
      "set -eu\nif true; do\n",
      /start-agent-session.sh has a syntax error: .+/,
    ],
    [
      "an agent that does not require the holder",
      agent,
      /^Requires=.*$/m,
      "Wants=mosaic-tmux-holder.service",
      /does not require the holder/,
    ],
    ["an agent that does not follow the holder", agent, /^After=/m, "Before=", /does not follow the holder/],
    [
      "an agent that follows something else",
      agent,
      /^After=.*$/m,
      "After=mosaic-tmux-holder.service.d",
      /does not follow the holder/,
    ],
  ])("finds %s", (_what, file, from, to, line) => {
    edit(file, (text) => text.replace(from, to));
    expect(faults()).toContainEqual(expect.stringMatching(line));
  });

  const exact = "kill-session -t '=$name:'";
  it.each([
    ["kill-server", /this ends the whole server/],
    ["kill-session -t '$name'", /not exact/],
    ["kill-session -t '=$name'", /not exact/],
    ["kill-session -t '$name:'", /not exact/],
    ["kill-session", /without a target/],
    ["kill-session -a -t '=$name:'", /not exact/],
    ["kill-window -t '=$name'", /not exact/],
  ])("finds a stop that could affect something else: %s", (kill, line) => {
    edit(script, (text) => text.replace(exact, kill));
    const found = faults();
    expect(found).toEqual([expect.stringMatching(line)]);
    expect(found[0]).toMatch(/^FAULT start-agent-session.sh:\d+: /);
  });

  it.each([
    ["ExecStop=tmux -N -L mosaic-factory kill-session -t %i", /kill-session with a target that is not exact/],
    ["ExecStop=-/usr/bin/tmux -N -L mosaic-factory kill-server", /this ends the whole server/],
    ["ExecStop=/usr/bin/pkill tmux", /this ends the whole server/],
    ["ExecStop=/bin/sh -c 'tmux -N kill-session -t \"=%i:\"'", /a tmux call without -L/],
    ["ExecStop=tmux -N \\\n  ls", /a tmux call without -L/],
    ["ExecStartPre=tmux -L mosaic-factory start-server", /a tmux call without -N/],
  ])("finds a fault in a unit's own line: %s", (line, fault) => {
    edit(agent, (text) => text.replace(/^ExecStart=/m, `${line}\nExecStart=`));
    expect(faults()).toContainEqual(expect.stringMatching(fault));
  });

  it("allows an exact stop in a unit's own line", () => {
    edit(agent, (text) =>
      text.replace(/^ExecStart=/m, 'ExecStop=tmux -N -L mosaic-factory kill-session -t "=%i:"\nExecStart='),
    );
    expect(faults()).toEqual([]);
  });

  it.each([
    ["tmux -N", "tmux -N ls", /a tmux call without -L/],
    ["-L", 'tmux -L "$socket" new-session -d', /a tmux call without -N/],
    ["neither", 'x=$(tmux list-sessions -F "#{session_name}")', /a tmux call without -L/],
    ["a path", "timeout 5 /usr/bin/tmux -N display-message -p x", /a tmux call without -L/],
  ])("finds a call in the script with only %s", (_what, call, fault) => {
    edit(script, (text) => text.replace("start_agent() {\n", `start_agent() {\n  ${call}\n`));
    expect(faults()).toContainEqual(expect.stringMatching(fault));
  });

  it("finds the missing -L and -N of the common call", () => {
    edit(script, (text) => text.replace('{ tmux -N -L "$socket" "$@"; }', '{ tmux "$@"; }'));
    expect(faults()).toHaveLength(2);
  });

  it("finds a script without its run bit", () => {
    chmodSync(join(copy, script), 0o644);
    expect(faults()).toEqual([expect.stringContaining("lacks its run bit")]);
  });

  it("finds a missing file", () => {
    rmSync(join(copy, holder));
    expect(faults()).toEqual([expect.stringContaining("there is not exactly one *-tmux-holder.service")]);
  });

  it("does not approve unchecked parts", () => {
    const few = mkdtempSync(join(tmpdir(), "few-"));
    spawnSync("sh", [
      "-c",
      'for tool in sh awk sed grep tr cat dirname basename head; do ln -s "$(command -v "$tool")" "$0/"; done',
      few,
    ]);
    const { code, lines } = check({ PATH: few });
    rmSync(few, { recursive: true });
    expect([code, lines]).toEqual([
      1,
      expect.arrayContaining([expect.stringContaining("systemd-analyze is not installed")]),
    ]);
  });
});
