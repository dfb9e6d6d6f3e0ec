import { expect, it } from "vitest";
import { apply, declare, plan } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const box = useSandbox();

it("Replicas run in the folders that {name} gives them, and know their names", async () => {
  await box.sh("mkdir -p ~/wt/coder-1 ~/wt/coder-2");
  await declare(box, {
    defaults: { workdir: "~/wt/{name}" },
    agents: {
      coder: {
        replicas: 2,
        description: "Coder {replica}",
        command: 'echo "$MOSAIC_AGENT_NAME {name} $PORT ${name-unset}" > seen; exec sleep 1000',
        env: { PORT: "800{replica}" },
      },
    },
  });
  await apply(box);
  await until("both have written", async () => (await box.sh("cat ~/wt/*/seen")).split("\n").length === 3);
  expect(await box.read("~/wt/coder-1/seen")).toBe("coder-1 coder-1 8001 unset\n");
  expect(await box.read("~/wt/coder-2/seen")).toBe("coder-2 coder-2 8002 unset\n");
  expect(await box.sh("systemctl --user show -P Description mosaic-agent@coder-2")).toBe("Coder 2\n");
  expect((await plan(box)).actions).toEqual([]);
});
