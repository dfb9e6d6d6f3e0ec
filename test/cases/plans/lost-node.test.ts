import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { property } from "../../support/watch/service.ts";

const versions = "/run/home/.nvm/versions/node";
const node = `${versions}/v20.19.0/bin/node`;

describe("A watch that runs as a service, on a node of one version", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, { agents: { a: { command: waits } } });
    await apply(box);
    await box.sh(`mkdir -p ${versions}/v20.19.0/bin && cp "$(readlink -f "$(command -v node)")" ${node}`);
  });

  const install = (env: Record<string, string> = {}) =>
    box.run(["bash", "-c", `exec ${node} "$(readlink -f "$(command -v fleet)")" watch --install`], { env });
  const program = async (): Promise<string> => {
    const unit = await box.read("~/.config/systemd/user/mosaic-fleet.service");
    return /^ExecStart="([^"]*)"/m.exec(unit)?.[1] ?? "";
  };

  it("is installed with a link that outlives the version, if such a link exists", async () => {
    await box.sh(`mkdir -p ~/.nvm && ln -sfn ${versions}/v20.19.0 ~/.nvm/current`);
    const ran = await install({ NVM_DIR: "/run/home/.nvm" });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await program()).toBe("/run/home/.nvm/current/bin/node");
    expect(ran.stderr).not.toContain("of one version only");
    await box.sh("rm ~/.nvm/current");
  });

  it("is installed with a warning if no such link exists", async () => {
    const ran = await install();
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await program()).toBe(node);
    expect(ran.stderr).toContain(`The service runs ${node}, of one version only.`);
    expect((await plan(box)).notes).toEqual([]);
  });

  it("is reported as lost after the version was removed, with a fix; a stop does not promise a start", async () => {
    await box.sh(`rm -r ${versions}/v20.19.0; systemctl --user restart mosaic-fleet || :`);
    await until("the service does not run", async () => (await property(box, "SubState")) !== "running");
    const lost = `mosaic-fleet.service cannot start the watch any more: ${node} is gone`;
    expect((await plan(box)).notes).toEqual([
      `${lost}, as after an upgrade of node. Install it again: fleet watch --install`,
    ]);
    const status = await fleet(box, "status");
    expect(status.stdout).toContain(
      `mosaic-fleet.service is installed to watch it, and does not run: ${node} is gone`,
    );
    expect(JSON.parse((await fleet(box, "status", "--json")).stdout)).toMatchObject({
      watch: { pid: null, missing: node },
    });
    const stopped = await fleet(box, "stop", "--yes", "a");
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(stopped.stderr).not.toContain("This fleet is watched");

    const again = await fleet(box, "watch", "--install");
    expect(again.code, again.stderr).toBe(0);
    expect((await plan(box)).notes).toEqual([]);
  });
});
