import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { findHost } from "../../../src/config/hosts/find-host.ts";
import { hostsOf, sliceFor } from "../../../src/config/hosts/slice.ts";
import { sharedConversations } from "../../../src/config/doubts/shared-conversations.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";

const hosts = { desk: null, build1: { labels: { gpu: "yes" } }, build2: { labels: { gpu: "no" } } };

function parsed(fleet: object): FleetConfig {
  const result = parseFleet(stringify({ version: 1, ...fleet }), "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function problems(fleet: object): readonly string[] {
  const result = parseFleet(stringify({ version: 1, ...fleet }), "fleet.yaml");
  return result.ok ? [] : result.diagnostics.map(({ place, summary }) => `${place?.line}: ${summary}`);
}

const run = { command: "run" };

describe("the part of a host", () => {
  it("has the agents that choose it by name, list, labels, all or defaults, and no word of hosts", () => {
    const config = parsed({
      hosts,
      defaults: { hosts: ["build1", "build2"] },
      agents: {
        planner: { ...run, hosts: "desk" },
        watcher: { ...run, hosts: "all" },
        trainer: { ...run, hosts: { labels: { gpu: "yes" } } },
        coder: { ...run, replicas: 2, dependsOn: ["watcher"] },
      },
      services: { proxy: { ...run, hosts: ["desk"] } },
    });
    const names = (host: string) => Object.keys(sliceFor(config, host).agents);
    expect(names("desk")).toEqual(["planner", "watcher", "proxy"]);
    expect(names("build1")).toEqual(["watcher", "trainer", "coder"]);
    expect(names("build2")).toEqual(["watcher", "coder"]);
    expect(sliceFor(config, "build2")).toEqual({
      ...parsed({ agents: { watcher: run, coder: { ...run, replicas: 2, dependsOn: ["watcher"] } } }),
      host: "build2",
    });
  });

  it("and those of the other hosts are all agents, each as often as it has hosts", () => {
    const choice = fc.oneof(
      fc.constant("all"),
      fc.constantFrom("desk", "build1"),
      fc.subarray(["desk", "build1", "build2"], { minLength: 1 }),
      fc.constantFrom({ labels: { gpu: "yes" } }, { labels: {} }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), choice, { maxKeys: 6 }), (chosen) => {
        const agents = Object.fromEntries(
          Object.entries(chosen).map(([name, own]) => [name, { ...run, hosts: own }]),
        );
        const config = parsed({ hosts, agents });
        const parts = Object.keys(hosts).flatMap((host) => Object.keys(sliceFor(config, host).agents));
        const whole = Object.entries(config.agents).flatMap(([name, entry]) =>
          hostsOf(entry, config).map(() => name),
        );
        expect(parts.toSorted()).toEqual(whole.toSorted());
      }),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 50) },
    );
  });

  it("shares no conversation with that of another host", () => {
    const claude = { command: "claude --continue", workdir: "/srv/app" };
    const shared = (one: string, other: string): number =>
      sharedConversations(
        parsed({ hosts, agents: { a: { ...claude, hosts: one }, b: { ...claude, hosts: other } } }),
      ).length;
    expect(shared("desk", "build1")).toBe(0);
    expect([shared("all", "all"), shared("desk", "all")]).toEqual([1, 1]);
  });

  it("is refused with the line of each mistake", () => {
    expect(problems({ agents: { a: { ...run, hosts: "x" } } })).toEqual([
      "5: the fleet has no hosts to choose from",
    ]);
    const agents = {
      lost: run,
      far: { ...run, hosts: "biuld1" },
      none: { ...run, hosts: { labels: { gpu: "maybe" } } },
      here: { ...run, hosts: "desk" },
      apart: { ...run, hosts: "all", dependsOn: ["here"] },
      empty: { ...run, hosts: [] },
    };
    expect(problems({ hosts, agents: { ...agents, empty: { ...run, hosts: "desk" } } })).toEqual([
      '11: agent "lost" has no host',
      '15: there is no host "biuld1"',
      "18: no host has these labels",
      '27: agent "apart" depends on "here", which is not on build1 and build2',
    ]);
    expect(problems({ hosts, agents: { empty: agents.empty } }).join()).toContain(
      "must be the name of a host",
    );
    expect(problems({ hosts: { a: null, b: { hostname: "A" } }, agents: {} }).join()).toContain(
      "are one machine",
    );
    const canaries = (canary: unknown): string => problems({ rollout: { canary }, hosts, agents: {} }).join();
    expect(canaries({ labels: { gpu: "yes" } })).toBe("");
    expect(canaries({ labels: { gpu: "maybe" } })).toBe("3: no host has these labels");
    expect(canaries(["desk", "biuld1"])).toContain('there is no host "biuld1"');
    expect(canaries("some")).toContain("a list of hosts, or { labels");
    expect(canaries({ label: {} })).toContain('unknown key "label" in rollout.canary');
    expect(problems({ rollout: { onFailure: "go-on" }, hosts, agents: {} }).join()).toContain(
      "stop or continue",
    );
    expect(problems({ hosts: { a: { state: "off" } }, agents: {} }).join()).toContain("active or ignore");
    expect(problems({ hosts: { all: null }, agents: {} }).join()).toContain("another name than all");
    expect(problems({ hosts: { a: { address: "b" } }, agents: {} }).join()).toContain(
      'unknown key "address" in host "a"',
    );
    // ssh would take it for an option.
    expect(problems({ hosts: { a: { ssh: "-oProxyCommand=x" } }, agents: {} }).join()).toContain(
      "a name of ~/.ssh/config, or USER@ADDRESS",
    );
  });
});

describe("the host of a command", () => {
  const declared = { desk: {}, build1: { hostname: "Build1.example.org" } };
  const found = (hostname: string, asked?: string) => {
    const host = findHost(declared, { asked, hostname });
    return host.ok ? host.value : host.diagnostics.map(({ code }) => code);
  };

  it("is the machine with its name, in full or up to the first dot", () => {
    expect(found("desk")).toEqual({ name: "desk", isHere: true });
    expect(found("DESK.lan")).toEqual({ name: "desk", isHere: true });
    expect(found("build1.example.org")).toEqual({ name: "build1", isHere: true });
  });

  it("is an error on a machine that is none of them, and never a host without agents", () => {
    expect(found("build1")).toEqual(["unknown-host"]);
    expect(found("desktop")).toEqual(["unknown-host"]);
    expect(found("desk", "build9")).toEqual(["unknown-host"]);
    expect(found("desk", "toString")).toEqual(["unknown-host"]);
  });

  it("is another one on request, which can be read only", () => {
    expect(found("desk", "build1")).toEqual({ name: "build1", isHere: false });
    expect(found("desk", "desk")).toEqual({ name: "desk", isHere: true });
    expect(found("nowhere", "desk")).toEqual({ name: "desk", isHere: false });
  });
});
