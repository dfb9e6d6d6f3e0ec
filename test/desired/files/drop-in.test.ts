import { describe, expect, it } from "vitest";
import { desiredOf } from "../../support/plan/resolved.ts";

/** Returns the drop-in of an agent with these keys, next to agents `a` (replicas), `b` and `c` (stopped). */
function dropInOf(keys: object): string | undefined {
  const others = {
    a: { command: "x", replicas: 2 },
    b: { command: "x" },
    c: { command: "x", state: "stopped" },
  };
  const { agents } = desiredOf({ agents: { ...others, rich: { command: "x", ...keys } } });
  return agents.find(({ name }) => name === "rich")?.dropIn?.content;
}

describe("A drop-in", () => {
  it.each([
    [{ hooks: { onFailure: "curl -H 'token: x' example.org" } }, 0o600],
    [{ ready: { exec: "check --token x" } }, 0o600],
    [{ worktree: { repo: "~/app", setup: "login --token x" } }, 0o600],
    [{ hooks: { timeout: "5s", onWaiting: "x" }, ready: { output: "up" }, description: "a hook" }, 0o644],
  ])("can be read by the user alone if it has a command: %j", (keys, mode) => {
    const { agents } = desiredOf({ agents: { rich: { command: "x", ...keys } } });
    expect(agents[0]?.dropIn?.mode).toBe(mode);
  });

  it("contains the differences from the template", () => {
    expect(
      dropInOf({
        description: "100% smoke",
        dependsOn: ["a", "b", "c"],
        envFiles: ["~/secret.env", "/etc/100%/[a]*?.env"],
        restart: { policy: "on-abnormal", delay: "2500ms", limit: 3, window: "10m" },
        stopTimeout: "5s",
        resources: {
          memoryMax: "8G",
          memoryHigh: "50%",
          cpuQuota: "200%",
          cpuWeight: 50,
          tasksMax: "infinity",
        },
      }),
    ).toBe(`[Unit]
Description=100%% smoke
After=mosaic-agent@a-1.service mosaic-agent@a-2.service mosaic-agent@b.service mosaic-agent@c.service
Wants=mosaic-agent@a-1.service mosaic-agent@a-2.service mosaic-agent@b.service
StartLimitBurst=3
StartLimitIntervalSec=600s
[Service]
EnvironmentFile=
EnvironmentFile=/home/ada/secret.env
EnvironmentFile=/etc/100%%/\\[a\\]\\*\\?.env
EnvironmentFile=-%E/mosaic/fleet/agents/%i.env
Restart=on-abnormal
RestartSec=2500ms
TimeoutStopSec=5s
MemoryMax=8G
MemoryHigh=50%
CPUQuota=200%
CPUWeight=50
TasksMax=infinity
[X-Fleet]
Fleet=mosaic
Agent=rich
Digest=538924ccfea75f22
`);
  });

  it("does not exist if the template is enough", () => {
    expect(dropInOf({ env: { A: "1" }, workdir: "/srv", protect: true, labels: { a: "b" } })).toBeUndefined();
  });

  it("can depend on one replica of several", () => {
    expect(dropInOf({ dependsOn: ["a-2"] })).toContain("[Unit]\nAfter=mosaic-agent@a-2.service\n");
  });

  it("does not let a description that ends with a backslash swallow the next line", () => {
    expect(dropInOf({ description: "C:\\", dependsOn: ["b"] })).toContain(
      "[Unit]\nDescription=C:\\ \nAfter=",
    );
  });
});
