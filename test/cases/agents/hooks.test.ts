import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { property, systemctl, unitOf, untilLogged } from "../../support/units/fleet.ts";

const said = (words: string): string => JSON.stringify(`echo "$MOSAIC_AGENT_NAME ${words}" >>~/hooks`);

const fleet = (preStart: string): string => `version: 1
defaults: { onChange: restart, workdir: ~/work }
agents:
  all:
    command: ${said("command").replace(/"$/, '; exec sleep 1000"')}
    env: { VALUE: a b }
    hooks:
      preStart: [${said("$MOSAIC_HOOK $VALUE $PWD")}, "setsid sleep 4402 & echo prepared"]
      postStart: ${said("$MOSAIC_HOOK")}
      preStop: [${said("$MOSAIC_HOOK")}, exit 5]
  failing:
    command: ${said("command").replace(/"$/, '; exit 7"')}
    restart: { limit: 2 }
    hooks: { onFailure: ${said("$MOSAIC_HOOK $MOSAIC_EXIT_STATUS $MOSAIC_ATTEMPT")} }
  broken:
    command: ${said("command")}
    restart: { policy: "no" }
    hooks: { preStart: ${preStart} }
`;

describe("The hooks of an agent", () => {
  const box = useSandbox();
  let applied: { readonly code: number; readonly stderr: string };
  beforeAll(async () => {
    await box.write("~/work/fleet.yaml", fleet('"echo no network; exit 6"'));
    applied = await box.fleet(["apply", "--yes"]);
  });
  const log = async (agent: string): Promise<readonly string[]> =>
    ((await box.read("~/hooks")) ?? "")
      .split("\n")
      .filter((line) => line.startsWith(`${agent} `))
      .map((line) => line.slice(agent.length + 1));

  it("run around its command, in its environment and workdir, and leave no process", async () => {
    const [, folder = ""] = /preStart a b (.*)/.exec((await log("all")).join("\n")) ?? [];
    expect(await log("all")).toEqual([`preStart a b ${folder}`, "command", "postStart"]);
    expect(folder).toMatch(/\/work$/);
    expect(await box.sh("pgrep -cf 'sleep 440[2]' || :")).toBe("0\n");
    await untilLogged(box, unitOf("all"), "prepared");
    expect(await box.sh("fleet logs all --unit")).toContain("prepared");
  });

  it("come before a restart, and a failure of theirs stops no stop", async () => {
    await systemctl(box, "restart", unitOf("all"));
    expect((await log("all")).slice(3).map((line) => line.split(" ")[0])).toEqual([
      "preStop",
      "preStart",
      "command",
      "postStart",
    ]);
    await untilLogged(box, unitOf("all"), "agent all: preStop failed (exit status 5)");
    expect(await property(box, "all", "ActiveState")).toBe("active");
  });

  it("prevent a start if preStart fails, and apply tells the output", async () => {
    expect(applied.code).toBe(4);
    expect(applied.stderr).toContain("agent broken does not run");
    expect(applied.stderr).toContain("no network");
    expect(applied.stderr).toContain("not started, because preStart failed");
    expect(await log("broken")).toEqual([]);
  });

  it("are bounded in time", async () => {
    await box.write("~/work/fleet.yaml", fleet('"sleep 4403", timeout: 1s'));
    const { stderr } = await box.fleet(["apply", "--yes"]);
    expect(stderr).toContain("preStart has not ended within 1 s");
    expect(await box.sh("pgrep -cf 'sleep 440[3]' || :")).toBe("0\n");
  });

  it("run after each failed run, also after the last one", async () => {
    await until("systemd gives up", async () => (await property(box, "failing", "ActiveState")) === "failed");
    const last = async (): Promise<string> => (await log("failing")).at(-1) ?? "";
    await until("its last hook has run", async () => (await last()).startsWith("onFailure 7 "));
    const lines = await log("failing");
    expect(lines.slice(0, 4)).toEqual(["command", "onFailure 7 1", "command", "onFailure 7 2"]);
  });
});
