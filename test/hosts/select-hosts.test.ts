import { describe, expect, it } from "vitest";
import { selectHosts } from "../../src/hosts/select-hosts.ts";

const hosts = {
  desk: {},
  build1: { labels: { gpu: "yes" } },
  build2: { labels: { gpu: "no" } },
  build10: {},
};

describe("selectHosts", () => {
  it.each([
    ["all", "desk build1 build2 build10"],
    ["build2,desk", "desk build2"],
    ["build?", "build1 build2"],
    ["build*,!gpu=no", "build1 build10"],
    ["!build*", "desk"],
    ["gpu=yes, desk", "desk build1"],
  ])("takes %s", (list, names) => {
    expect(selectHosts(hosts, list)).toEqual({ ok: true, names: names.split(" ") });
  });

  it.each([
    ["", ""],
    ["bulid1", "bulid1"],
    ["build1,x*", "x*"],
    ["gpu=maybe", "gpu=maybe"],
    ["all,!nobody", "nobody"],
    ["desk,!desk", "desk,!desk"],
  ])("names the part of %j that selects none", (list, part) => {
    expect(selectHosts(hosts, list)).toEqual({ ok: false, part });
  });
});
