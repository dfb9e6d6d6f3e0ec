import { expect, it } from "vitest";
import { apply, declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const box = useSandbox();

it("Replicas run in the folders that {name} gives them, and know their names", async () => {
  await box.sh("mkdir -p ~/wt/coder-1 ~/wt/coder-2 ~/secrets");
  for (const n of [1, 2]) await box.write(`~/secrets/coder-${n}.env`, `KEY=key-${n}\n`, 0o600);
  await declare(box, {
    defaults: { workdir: "~/wt/{name}", envFiles: ["~/secrets/{name}.env"] },
    agents: {
      coder: {
        replicas: 2,
        description: "Coder {replica}",
        command: 'echo "$MOSAIC_AGENT_NAME {name} $PORT ${name-unset} $KEY" > seen; exec sleep 1000',
        env: { PORT: "800{replica}" },
      },
    },
  });
  await apply(box);
  await until("both have written", async () => (await box.sh("cat ~/wt/*/seen")).split("\n").length === 3);
  expect(await box.read("~/wt/coder-1/seen")).toBe("coder-1 coder-1 8001 unset key-1\n");
  expect(await box.read("~/wt/coder-2/seen")).toBe("coder-2 coder-2 8002 unset key-2\n");
  expect(await box.sh("systemctl --user show -P Description mosaic-agent@coder-2")).toBe("Coder 2\n");
  expect((await plan(box)).actions).toEqual([]);

  const changed = async (): Promise<readonly string[]> =>
    (await plan(box)).agents
      .filter(({ action }) => action !== "none")
      .map(({ name, changes }) => `${name} ${changes[0]?.reason}`);
  await box.write("~/secrets/coder-2.env", "KEY=other\n", 0o600);
  expect(await changed()).toEqual(["coder-2 env-files-changed"]);
  await box.write("~/secrets/coder-2.env", "export KEY=other\n", 0o600);
  expect((await fleet(box, "validate")).stderr).toContain("coder-2.env:1: the line is not NAME=value");
  await box.sh("chmod 666 ~/secrets/coder-1.env; rm ~/secrets/coder-2.env");
  const { stdout, stderr } = await fleet(box, "plan");
  expect(stderr).toContain("~/secrets/coder-1.env can be written by everybody");
  expect(stdout).toContain(
    `agent coder-2 is blocked: envFile ${box.home}/secrets/coder-2.env does not exist`,
  );
  expect(stdout).toMatch(/^ +fleet\.yaml:\d+$/m);
});
