import { describe, expect, it } from "vitest";
import { isRemovedCgroup, unitOfCgroup } from "../../src/machine/control-groups.ts";

const manager = "/user.slice/user-1000.slice/user@1000.service";

describe("The unit of a process", () => {
  it.each([
    ["a service", `0::${manager}/app.slice/mosaic-tmux-holder.service\n`, "mosaic-tmux-holder.service"],
    [
      "an instance in a slice of its template",
      `0::${manager}/app.slice/app-mosaic\\x2dagent.slice/mosaic-agent@ok.service\n`,
      "mosaic-agent@ok.service",
    ],
    [
      "a service that delegates, seen from a group below it",
      `0::${manager}/app.slice/mosaic-agent@ok.service/.control\n`,
      "mosaic-agent@ok.service",
    ],
    ["a scope, as of a terminal", `0::${manager}/app.slice/app-gnome-1234.scope\n`, "app-gnome-1234.scope"],
    ["a scope that tmux has made", `0::${manager}/tmux-spawn-1.scope\n`, "tmux-spawn-1.scope"],
    [
      "a login session, outside of the user manager",
      "0::/user.slice/user-1000.slice/session-1.scope\n",
      "session-1.scope",
    ],
    [
      "a user manager within another's unit",
      `0::${manager}/app.slice/box.scope/user.slice/user@1001.service/app.slice/x.service\n`,
      "x.service",
    ],
    [
      "a hybrid hierarchy, of which only the v2 line counts",
      `9:name=systemd:/user.slice/wrong.service\n1:cpu:/\n0::${manager}/app.slice/right.service\n`,
      "right.service",
    ],
  ])("is found for %s", (_, cgroup, unit) => {
    expect(unitOfCgroup(cgroup)).toBe(unit);
  });

  it.each([
    ["the root", "0::/\n"],
    ["the user manager's own group", `0::${manager}/init.scope\n`],
    ["a slice", `0::${manager}/app.slice\n`],
    ["a hierarchy without v2", "1:name=systemd:/user.slice/x.service\n"],
    ["nothing", ""],
  ])("is not an agent's in %s", (_, cgroup) => {
    expect(unitOfCgroup(cgroup) ?? "none").toMatch(/^(?:none|init\.scope)$/);
  });
});

describe("A removed control group", () => {
  it.each([
    [true, `0::${manager}/app.slice/mosaic-tmux-holder.service (deleted)\n`],
    [true, "1:name=systemd:/\n0::/a.service (deleted)\n"],
    [false, `0::${manager}/app.slice/mosaic-tmux-holder.service\n`],
    [false, "0::/\n"],
    [false, ""],
  ])("is %s of %j", (expected, cgroup) => {
    expect(isRemovedCgroup(cgroup)).toBe(expected);
  });
});
