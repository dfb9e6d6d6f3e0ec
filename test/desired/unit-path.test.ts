import { describe, expect, it } from "vitest";
import { dropInNames, unitPathOf } from "../../src/desired/unit-path.ts";
import { account } from "../support/plan/resolved.ts";

describe("The places in which systemd looks for units", () => {
  // As `systemctl --user show -p UnitPath` of systemd 252 has it.
  it("are in the order of a user manager's own unit path", () => {
    const machine = {
      ...account,
      home: "/run/home",
      configHome: "/run/home/.config",
      runtimeDir: "/run/user/1000",
    };
    expect(unitPathOf(machine)).toEqual([
      "/run/home/.config/systemd/user.control",
      "/run/user/1000/systemd/user.control",
      "/run/user/1000/systemd/transient",
      "/run/user/1000/systemd/generator.early",
      "/run/home/.config/systemd/user",
      "/etc/xdg/systemd/user",
      "/etc/systemd/user",
      "/run/user/1000/systemd/user",
      "/run/systemd/user",
      "/run/user/1000/systemd/generator",
      "/run/home/.local/share/systemd/user",
      "/usr/local/share/systemd/user",
      "/usr/share/systemd/user",
      "/usr/local/lib/systemd/user",
      "/usr/lib/systemd/user",
      "/run/user/1000/systemd/generator.late",
    ]);
  });

  it("include, for drop-ins, those of the template, of each dashed prefix, and of all services", () => {
    // Each was tried: a drop-in in the folder of this name is in DropInPaths, and none in mosaic-agent-.service.d.
    expect(dropInNames("mosaic-agent@a-1.service")).toEqual([
      "mosaic-agent@a-1.service",
      "mosaic-@a-1.service",
      "mosaic-agent@.service",
      "mosaic-@.service",
      "mosaic-.service",
      "service",
    ]);
    expect(dropInNames("mosaic-tmux-holder.service")).toEqual([
      "mosaic-tmux-holder.service",
      "mosaic-tmux-.service",
      "mosaic-.service",
      "service",
    ]);
  });
});
