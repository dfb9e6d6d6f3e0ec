import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, pathOf, plan } from "../../support/fleet/fleet.ts";
import {
  blocked,
  declareTurn,
  defaults,
  envDir,
  runtimes,
  template,
  tools,
  units,
  wants,
} from "../../support/fleet/places.ts";
import { linesOf } from "../../support/fleet/state.ts";
import { reasonOf } from "../../../src/plan/agent-plan.ts";

describe("folders of the fleet", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declareTurn(box, "1");
    await apply(box);
  });

  it("are closed to others if they hold env files; that is planned, and done once", async () => {
    await box.sh(`chmod 755 ~/.config/${envDir}`);
    const planned = await plan(box);
    const folder = `${box.home}/.config/${envDir}`;
    expect(planned.shared).toEqual([
      {
        path: folder,
        role: "env-folder",
        reason: "mode-changed",
        mode: { found: 0o755, wanted: 0o700 },
        message: "mode 0755 instead of 0700",
      },
    ]);
    expect(planned.actions).toEqual([
      { id: `set-mode:${folder}`, kind: "set-mode", target: folder, reason: "mode-changed", cost: "none" },
    ]);
    expect(await box.sh(`stat -c %a ~/.config/${envDir}`)).toBe("755\n");
    await apply(box);
    expect(await box.sh(`stat -c %a ~/.config/${envDir}`)).toBe("700\n");
    expect((await plan(box)).actions).toEqual([]);
  });

  it.each(["", `.config/${envDir}`, `.config/${wants}`])(
    "block everything if everybody may write to them, until they are fixed: ~/%s",
    async (folder) => {
      const before = await box.sh(`cd ~ && stat -c %a "./${folder}" && chmod o+w "./${folder}"`);
      const state = await outsideAndInside();
      await declareTurn(box, "2");
      const path = `${box.home}/${folder}`.replace(/\/$/, "");
      for (const command of ["apply", "destroy"]) {
        const said = await blocked(fleet(box, command, "--yes"));
        expect(said).toContain(`Blocked: ${path} can be written by everybody, which would let others decide`);
        expect(said).toContain(`chmod go-w ${path}.`);
      }
      expect(await outsideAndInside()).toEqual(state);
      await box.sh(`cd ~ && chmod ${before.trim()} "./${folder}"`);
      await declareTurn(box, "1");
      expect((await plan(box)).actions).toEqual([]);
    },
  );

  const outsideAndInside = async (): Promise<readonly string[]> =>
    linesOf(await box.sh("find ~/.config -printf '%p %y%m %i %T@ %l\n' | sort"));

  it("block one agent if everybody may write to them, and they are that agent's", async () => {
    await box.sh(`chmod 777 ~/.config/${pathOf.dropIns("first")}`);
    await declareTurn(box, "2");
    const { agents } = await plan(box);
    expect(agents.map((agent) => `${agent.name} ${agent.action} ${reasonOf(agent)}`)).toEqual(
      ["first blocked folder-unsafe", "runs none undefined", "second change config-changed"].map(
        (line) => expect.stringMatching(line.replace("config-changed", ".*")) as string,
      ),
    );
    await box.sh(`chmod 755 ~/.config/${pathOf.dropIns("first")}`);
    await apply(box);
  });

  it("are fine if only the account's own group may write, or if the folder is sticky and none of the fleet's", async () => {
    await box.sh(
      `chmod 775 ~/.config ~/.config/mosaic ~/.config/${units} && chmod 1777 ~/.config/mosaic/fleet`,
    );
    const { actions, notes } = await plan(box);
    expect({ actions, notes }).toEqual({ actions: [], notes: [] });
    await box.sh(`chmod 755 ~/.config ~/.config/mosaic ~/.config/${units} ~/.config/mosaic/fleet`);
  });
});

describe("unreadable or missing files of the fleet", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declareTurn(box, "1");
    await apply(box);
  });
  beforeEach(() => declareTurn(box, "1"));

  it.each([
    ["an env file", pathOf.env("first"), "agent first is blocked: "],
    ["the template", template, "Note: Blocked: "],
  ])("are taken neither as ours nor as absent: %s", async (_, path, who) => {
    const mode = (await box.sh(`stat -c %a ~/.config/${path} && chmod 0 ~/.config/${path}`)).trim();
    await declareTurn(box, "2");
    const told = `${who}${box.home}/.config/${path} cannot be read (EACCES: permission denied): fix its mode and owner`;
    expect(await blocked(fleet(box, "apply", "--yes"))).toContain(told);
    await declare(box, { runtimes, defaults, agents: { runs: {}, second: { state: "stopped" } } });
    expect(await blocked(fleet(box, "apply", "--yes"))).toContain(told);
    const ended = await fleet(box, "destroy", "--yes");
    expect(ended).toMatchObject({ code: 6, stdout: expect.stringContaining(told) as string });
    expect((await fleet(box, "status")).code).toBe(0);
    await box.sh(`test -e ~/.config/${path} && chmod ${mode} ~/.config/${path}`);
    await declareTurn(box, "1");
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("are not taken as absent if a folder is in their place", async () => {
    const path = `~/.config/${pathOf.env("first")}`;
    await box.sh(`mv ${path} ~/kept && mkdir ${path}`);
    expect(await blocked(fleet(box, "apply", "--yes"))).toContain(
      "first.env cannot be read (it is not a regular file)",
    );
    await box.sh(`rmdir ${path} && mv ~/kept ${path}`);
  });

  it("are reported as missing, not new, if the fleet exists", async () => {
    await box.sh(`rm ~/.config/${template} ~/.config/${tools}/start-agent-session.sh`);
    const { shared } = await plan(box);
    expect(shared.map(({ role, reason }) => `${role} ${reason}`)).toEqual([
      "template file-missing",
      "script file-missing",
    ]);
    expect((await fleet(box, "plan")).stdout).toContain("agent template unit: it is missing\n");
    await apply(box);
    await fleet(box, "destroy", "--yes");
    expect((await plan(box)).shared.map(({ reason }) => reason)).toEqual(["new", "new", "new"]);
    await apply(box);
  });
});
