import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, waits } from "../support/fleet/fleet.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { startWatch } from "../support/watch/watcher.ts";

/** Asks a server on a socket, as Prometheus would, and prints status, mode of the socket, type and text. */
const ask = (host: string, path: string): string => `node -e '
  const options = { socketPath: "/tmp/metrics.sock", path: "${path}", headers: { Host: "${host}" } };
  require("http").get(options, (answer) => {
    console.log(answer.statusCode, (require("fs").statSync("/tmp/metrics.sock").mode & 0o777).toString(8));
    answer.pipe(process.stdout);
  });'`;

describe("fleet watch --metrics", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: { coder: { command: waits }, lost: { command: "exit 7", restart: { policy: "no" } } },
    });
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
  });

  it("answers on a socket that only this account can use, and leaves none", async () => {
    const watch = await startWatch(box, ["--metrics", "unix:/tmp/metrics.sock"]);
    const text = await until("it knows the failure", async () => {
      const answer = await box.sh(ask("localhost", "/metrics"));
      return answer.includes('mosaic_fleet_agents{state="failed"} 1') && answer;
    });
    expect(text).toMatch(/^200 600\n/);
    expect(text).toContain('mosaic_fleet_agent_up{agent="coder"} 1\n');
    expect(text).toMatch(/^mosaic_fleet_agent_cpu_seconds_total\{agent="coder"\} 0\.\d+$/m);
    expect(await box.sh(ask("localhost", "/"))).toBe("404 600\n");
    await watch.stop();
    expect(await box.sh("ls /tmp/metrics.sock 2>&1 || :")).toContain("No such file");
  });

  it("writes a file for node_exporter, and removes it at its end", async () => {
    const watch = await startWatch(box, ["--metrics", "/tmp/metrics/fleet.prom"]);
    await until("the file has the agents", async () =>
      (await box.read("/tmp/metrics/fleet.prom")).includes('mosaic_fleet_agent_up{agent="coder"} 1'),
    );
    expect(await box.sh("stat -c %a /tmp/metrics/fleet.prom; ls /tmp/metrics")).toBe("644\nfleet.prom\n");
    await watch.stop();
    expect(await box.sh("ls /tmp/metrics")).toBe("");
  });

  it("does not begin if the place is taken, or is none", async () => {
    await box.sh("touch /tmp/taken.sock");
    const taken = await box.run(["fleet", "watch", "--metrics", "unix:/tmp/taken.sock"]);
    expect([taken.code, taken.stderr]).toEqual([
      6,
      expect.stringContaining("/tmp/taken.sock exists, and is no socket"),
    ]);
    const wrong = await box.run(["fleet", "watch", "--metrics", "0.0.0.0:9400"]);
    expect([wrong.code, wrong.stderr]).toEqual([64, expect.stringContaining("Expected 127.0.0.1:PORT")]);
  });
});
