import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, fleet, pathOf, plan } from "../../support/fleet/fleet.ts";
import {
  blocked,
  declareTurn,
  envDir,
  outside,
  template,
  tools,
  units,
  wants,
} from "../../support/fleet/places.ts";

describe("links in place of the fleet's own files and folders", () => {
  const box = useSandbox();
  let turn = 0;
  const declareStopped = (others: object = {}): Promise<void> =>
    declareTurn(box, String(turn), { runs: { state: "stopped" }, ...others });
  beforeAll(async () => {
    await box.sh("mkdir ~/decoys && mkdir -m 700 ~/decoys/folder && echo precious >~/decoys/file");
    await declareStopped();
    await apply(box);
  });

  /** Replaces something by a link to a decoy, keeps it, and makes the decoy a copy of it. */
  const swap = (path: string): string => `
    rm -rf ~/kept ~/decoys/copy && cp -a ${path} ~/decoys/copy && mv ${path} ~/kept && ln -s ~/decoys/copy ${path}`;
  const swapBack = (path: string): string => `rm ${path} && mv ~/kept ${path} && rm -rf ~/decoys/copy`;

  it.each<[string, string, string]>([
    [
      "an env file",
      `~/.config/${pathOf.env("first")}`,
      "first.env is a symbolic link, without this fleet's mark",
    ],
    ["a drop-in", `~/.config/${pathOf.dropIn("first")}`, "50-fleet.conf is a symbolic link, without"],
    [
      "an agent's folder of drop-ins",
      `~/.config/${pathOf.dropIns("first").slice(0, -1)}`,
      ".service.d is a symbolic link (to /run/home/decoys/copy), and the fleet",
    ],
    [
      "the env files' folder",
      `~/.config/${envDir}`,
      "agents is a symbolic link (to /run/home/decoys/copy), and the fleet writes",
    ],
    [
      "the script's folder",
      `~/.config/${tools}`,
      "tools/fleet is a symbolic link (to /run/home/decoys/copy), and the fleet",
    ],
    [
      "the holder unit",
      `~/.config/${units}/mosaic-tmux-holder.service`,
      "holder.service is a symbolic link and does not carry the mark",
    ],
    [
      "the template",
      `~/.config/${template}`,
      "mosaic-agent@.service is a symbolic link and does not carry the mark",
    ],
    [
      "the start script",
      `~/.config/${tools}/start-agent-session.sh`,
      "session.sh is a symbolic link and does not carry the mark",
    ],
  ])("are reported, and no target is touched by apply or destroy: %s", async (_, path, said) => {
    turn += 1;
    await declareStopped();
    await box.sh(swap(path));
    const before = await outside(box);
    expect(before.filter((line) => line.includes("decoys/copy")).length).toBeGreaterThan(0);
    expect(await blocked(fleet(box, "apply", "--yes"))).toContain(said);
    expect(await outside(box)).toEqual(before);
    const ended = await fleet(box, "destroy", "--yes");
    expect([0, 6]).toContain(ended.code);
    expect(await outside(box)).toEqual(before);
    await box.sh(`${swapBack(path)} || true; find ~/.config -xtype l -delete; rm -rf ~/kept ~/decoys/copy`);
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
  });

  const lock = "$XDG_RUNTIME_DIR/mosaic-fleet/mosaic.lock";
  const flag = "$XDG_RUNTIME_DIR/mosaic-fleet/mosaic.reload-pending";
  it.each<[string, string, string]>([
    ["the lock", `rm ${lock}; ln -s ~/decoys/file ${lock}`, `rm ${lock}`],
    ["the lock, to nothing", `rm -f ${lock}; ln -s ~/decoys/none ${lock}`, `rm ${lock}`],
    [
      "the lock's folder",
      "mv ${XDG_RUNTIME_DIR}/mosaic-fleet ~/kept; ln -s ~/decoys/folder $XDG_RUNTIME_DIR/mosaic-fleet",
      "rm $XDG_RUNTIME_DIR/mosaic-fleet; mv ~/kept $XDG_RUNTIME_DIR/mosaic-fleet",
    ],
    ["the mark of a reload that is due", `ln -s ~/decoys/none ${flag}`, `rm ${flag}`],
  ])("end a run with an error, and no target is touched: %s", async (_, plant, remove) => {
    turn += 1;
    await declareStopped();
    await box.sh(plant);
    const before = await outside(box);
    for (const command of ["apply", "destroy"]) {
      const ran = await fleet(box, command, "--yes");
      expect({ command, code: ran.code }).toEqual({ command, code: 1 });
      expect(ran.stderr).toMatch(/^Error: (?:the fleet cannot be locked|cannot write .*reload-pending)\n/);
      expect(ran.stderr).toMatch(/hint: .*(?:delete|remove) it/);
      const { stdout } = await fleet(box, command, "--yes", "--json");
      expect(stdout).toMatch(/"code": "(?:lock-unusable|file-[a-z-]+)"/);
    }
    expect(await outside(box)).toEqual(before);
    await box.sh(remove);
    await apply(box);
  });

  it("may be above them, for users with their configuration elsewhere", async () => {
    turn += 1;
    await declareStopped();
    await box.sh(`
      mkdir ~/dotfiles && mv ~/.config/mosaic ~/dotfiles/mosaic && ln -s ../dotfiles/mosaic ~/.config/mosaic
      mv ~/.config/systemd ~/dotfiles/systemd && ln -s ../dotfiles/systemd ~/.config/systemd`);
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    await box.sh("chmod o+w ~/dotfiles");
    expect(await blocked(fleet(box, "plan").then((ran) => ({ ...ran, code: 6 })))).toContain(
      `Blocked: ${box.home}/dotfiles can be written by everybody`,
    );
    await box.sh(`
      chmod o-w ~/dotfiles && rm ~/.config/mosaic ~/.config/systemd
      mv ~/dotfiles/* ~/.config/ && rmdir ~/dotfiles`);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("do not redirect an agent's start, whose folder systemd creates", async () => {
    await declareStopped({ third: { state: "stopped" } });
    await apply(box);
    await box.sh(
      "mkdir -p ~/decoys/folder $XDG_RUNTIME_DIR/mosaic-agent && echo 3 >~/decoys/folder/restarts && ln -s ~/decoys/folder $XDG_RUNTIME_DIR/mosaic-agent/third",
    );
    await declareStopped({ third: {} });
    await fleet(box, "apply", "--yes");
    expect(await box.sh("cat ~/decoys/folder/restarts")).toBe("3\n");
    await box.sh(
      "systemctl --user stop mosaic-agent@third.service; rm -rf $XDG_RUNTIME_DIR/mosaic-agent/third",
    );
    await declareStopped();
    await apply(box);
  });

  it("keep their targets after a destroy, and no folder of the fleet is left", async () => {
    const before = await outside(box);
    await box.sh(`mkdir ~/.config/${units}/mosaic-agent@second.service.d`); // of a killed run
    expect((await fleet(box, "destroy", "--yes")).code).toBe(0);
    expect((await outside(box)).filter((line) => !line.includes(`${wants} d`))).toEqual(
      before.filter((line) => !line.includes(`${wants} d`)),
    );
    expect(await box.sh("cd ~/.config && find . -mindepth 1")).toBe("./systemd\n./systemd/user\n");
  });
});
