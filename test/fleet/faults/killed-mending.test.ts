import { beforeAll, describe, expect, it } from "vitest";
import { measured } from "../../support/rig/measured.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { waits } from "../../support/fleet/fleet.ts";
import { inLanes, killedAt, killHook, momentsOf, worthTrying } from "../../support/faults/kills.ts";
import { openLane, type Lane } from "../../support/faults/lane.ts";

const agents = { edited: { command: waits, env: { GEN: "declared" }, onChange: "restart" } };

describe("an apply that fixes an env file of a running agent", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly Lane[];
  beforeAll(async () => {
    lanes = ["anna", "bert"].map((name) => openLane(box, name));
    await Promise.all(
      lanes.map(async (lane) => {
        await lane.declare("all", { agents });
        await lane.succeed("all", ["apply", "--yes"]);
      }),
    );
  });

  /** Runs the agent with a value that nobody declared. Only the env file shows it, and its mark says otherwise. */
  async function startEdited({ name }: Lane): Promise<void> {
    await box.sh(`
      sed -i s/declared/undeclared/ ~/.config/${name}/fleet/agents/edited.env
      systemctl --user reset-failed ${name}-agent@edited.service
      systemctl --user restart ${name}-agent@edited.service`);
  }

  const runs = async (lane: Lane): Promise<readonly string[]> =>
    (await lane.state()).filter((line) => line.startsWith("runs "));

  it("may be killed with -9 at any moment: the next one still knows that the agent has to be restarted", async () => {
    const [first] = lanes;
    if (first === undefined) throw new Error("there is no lane");
    await startEdited(first);
    expect(await runs(first)).toEqual(["runs edited GEN=undeclared"]);
    const moments = await momentsOf(box, (env) => first.succeed("all", ["apply", "--yes"], env));
    expect(await runs(first)).toEqual(["runs edited GEN=declared"]);
    const changing = moments.slice(moments.indexOf("before tmux display-message") + 1);
    const kills = worthTrying(changing.map((moment) => ({ goal: "declared", moment })));

    const problems = await inLanes(
      lanes,
      kills,
      () => true,
      async (lane, { moment }) => {
        await startEdited(lane);
        const killed = await lane.fleet(
          "all",
          ["apply", "--yes"],
          killedAt(moment.replaceAll("anna", lane.name)),
        );
        const next = await lane.fleet("all", ["apply", "--yes", "--lock-timeout", "10s"]);
        const found = [killed.code, next.code, ...(await runs(lane))].join(", ");
        return found === "137, 0, runs edited GEN=declared"
          ? []
          : [`${moment}: ${found}\n${next.stdout}${next.stderr}`];
      },
    );
    measured(`mending: killed at ${kills.length} of ${changing.length} moments`);
    expect(problems).toEqual([]);
  }, 300_000);
});
