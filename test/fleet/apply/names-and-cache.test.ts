import { beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, fleet, plan } from "../../support/fleet/fleet.ts";
import { declareTurn, envDir, units } from "../../support/fleet/places.ts";
import { linesOf } from "../../support/fleet/state.ts";

describe("names of impossible agents", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declareTurn(box, "1");
    await apply(box);
  });

  it("are refused by validate, at their place", async () => {
    const names = ["../x", "a/b", "-rf", "%i", ".", "a b", "x".repeat(64)];
    const entries = names.map((name) => `  ${JSON.stringify(name)}: { command: x }\n`).join("");
    await box.write("/tmp/names.yaml", `version: 1\nagents:\n${entries}`);
    const { code, stderr } = await fleet(box, "validate", "--file", "/tmp/names.yaml");
    expect(code).toBe(65);
    expect(stderr.match(/--> \/tmp\/names\.yaml:\d+:\d+/g)).toEqual(
      names.map((_, index) => `--> /tmp/names.yaml:${index + 3}:3`),
    );
  });

  it("are shown but never used, even from a mark in a file or on a pane", async () => {
    const names = ["-rf", "%i", "a b", ".", "..", "a\nb", "\u001b[31mred", "", "x".repeat(100)];
    for (const name of names) {
      const mark = `# mosaic-fleet: fleet=mosaic agent=${name} digest=0123456789abcdef\n`;
      await box.write(`~/.config/${envDir}/${name}.env`, mark, 0o600);
    }
    await box.write(`~/.config/${envDir}/other.env`, "# mosaic-fleet: fleet=mosaic agent=../x digest=0\n");
    await box.write(
      `~/.config/${envDir}/stranger.env`,
      "# mosaic-fleet: fleet=night agent=stranger digest=0\n",
    );
    await box.sh(`
      cd ~/.config/${units} && mkdir "mosaic-agent@a b.service.d" "mosaic-agent@-rf.service.d"
      cp mosaic-agent@first.service.d/50-fleet.conf "mosaic-agent@-rf.service.d/50-fleet.conf"
      sed -i s/Agent=first/Agent=-rf/ mosaic-agent@-rf.service.d/50-fleet.conf`);
    const config = (
      await box.sh("tmux -N -L mosaic-factory show-options -p -v -t =runs: @mosaic_config")
    ).trim();
    await box.sh(`
      tmux -N -L mosaic-factory new-session -d -s forged 'exec sleep 1000'
      tmux -N -L mosaic-factory set-option -p -t =forged: @mosaic_agent ../x
      tmux -N -L mosaic-factory set-option -p -t =forged: @mosaic_config "${config}"`);
    const look = (): Promise<string> =>
      box.sh(
        "find ~/.config -printf '%p %i %T@\n' | sort; tmux -N -L mosaic-factory list-panes -a -F '#{pane_id} #{pane_pid}'",
      );
    const before = await look();

    const { actions, unmanaged } = await plan(box);
    expect(actions).toEqual([]);
    const files = unmanaged
      .filter(({ kind }) => kind === "file")
      .map(({ name }) => name.replace(/^.*\//s, ""));
    for (const name of [...names.filter(Boolean), "other", "stranger"])
      expect(files).toContain(`${name}.env`);
    for (const command of [["plan"], ["status"], ["apply", "--yes"]]) {
      const ran = await fleet(box, ...command);
      expect({ command, code: ran.code }).toEqual({ command, code: 0 });
      expect(ran.stdout).not.toMatch(/[^\P{Cc}\n]/u);
      expect(ran.stdout.split("\n").filter((line) => line.startsWith("b"))).toEqual([]);
    }
    expect(await look()).toBe(before);
    await fleet(box, "destroy", "--yes");
    const left = linesOf(
      await box.sh(`find ~/.config/${envDir} -name '*.env' -printf '%f\\0' | tr '\\n\\0' '_\\n'`),
    );
    expect(left).toHaveLength(names.length + 2);
    expect(await box.sh("tmux -N -L mosaic-factory list-sessions -F '#{session_name}'")).toBe("forged\n");
  });
});

describe("fleet.yaml, its cache and their folders", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declareTurn(box, "1");
    await apply(box);
  });

  it.each([
    ["chmod 666 fleet.yaml", "chmod 644 fleet.yaml", "fleet.yaml can be written by everybody", "/fleet.yaml"],
    [
      "chmod 777 .",
      "chmod 755 .",
      "the folder of fleet.yaml, /run/home/work, can be written by everybody",
      "",
    ],
  ])("cause a warning if others can write to them: %s", async (open, close, summary, path) => {
    await box.sh(open);
    for (const command of [["validate"], ["plan"], ["apply", "--yes"], ["status"]]) {
      const ran = await fleet(box, ...command);
      expect({ command, ...ran, stdout: "" }).toEqual({
        command,
        code: 0,
        stdout: "",
        stderr: `Warning: ${summary}\n  = Others can put commands into it that run as you.\n  = hint: chmod go-w /run/home/work${path}\n`,
      });
      const json = await fleet(box, ...command, "--json");
      expect(() => JSON.parse(json.stdout) as unknown).not.toThrow();
      expect(json.stderr).toContain(`Warning: ${summary}`);
    }
    await box.sh(close);
    expect((await fleet(box, "plan")).stderr).toBe("");
  });

  it("do not let others inject commands through the cache", async () => {
    // An entry of ours counts, or this test could not fail.
    await box.sh(
      `cd ~/.cache/mosaic-fleet && sed -i 's/"runs":/"injected":{"command":"x"},"runs":/' *.json && test $(ls *.json | wc -l) = 1`,
    );
    const injected = async (): Promise<boolean> =>
      (await plan(box)).agents.some(({ name }) => name === "injected");
    expect(await injected()).toBe(true);
    const forged = await box.sh("cat ~/.cache/mosaic-fleet/*.json");
    const entry = (await box.sh("ls ~/.cache/mosaic-fleet/*.json")).trim();
    for (const forgery of [
      "chmod 666 $ENTRY",
      "chmod 777 ~/.cache/mosaic-fleet",
      "mv $ENTRY /tmp/e && ln -s /tmp/e $ENTRY",
      "mv ~/.cache/mosaic-fleet /tmp/c && ln -s /tmp/c ~/.cache/mosaic-fleet",
    ]) {
      await box.sh("rm -rf ~/.cache/mosaic-fleet && mkdir -m 700 ~/.cache/mosaic-fleet");
      await box.write(entry, forged, 0o600);
      await box.sh(forgery, { env: { ENTRY: entry } });
      expect({ forgery, injected: await injected() }).toEqual({ forgery, injected: false });
    }
    await box.sh("rm -rf ~/.cache/mosaic-fleet");
  });

  it.each(["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"])(
    "end at once if nothing can be created: %s=/proc",
    async (variable) => {
      const codes = await Promise.all(
        ["plan", "apply --yes"].map(async (command) => {
          const ran = await box.fleet(command.split(" "), {
            env: { [variable]: "/proc" },
            timeoutMs: 20_000,
          });
          expect(ran.stderr).not.toContain("internal error");
          return ran.code;
        }),
      );
      // systemctl of systemd 257 refuses such a runtime directory, and that of 252 does not.
      const looks = codes[0] === 1 ? 1 : 0;
      expect(codes).toEqual(
        { XDG_CACHE_HOME: [0, 0], XDG_CONFIG_HOME: [1, 1], XDG_RUNTIME_DIR: [looks, 1] }[variable],
      );
    },
  );

  it("are reported if the current directory is gone", async () => {
    const gone = 'mkdir /tmp/gone && cd /tmp/gone && rmdir /tmp/gone && exec fleet "$@"';
    const inGone = (...args: readonly string[]): Promise<Ran> => box.run(["bash", "-c", gone, "-", ...args]);
    for (const args of [["plan"], ["apply", "--yes"], ["plan", "--file", "x.yaml"]]) {
      expect(await inGone(...args)).toEqual({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^Error: the current directory is gone\n/) as string,
      });
    }
    expect(await inGone("apply", "--yes", "--file", `${box.home}/work/fleet.yaml`)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No changes\./) as string,
    });
  });
});
