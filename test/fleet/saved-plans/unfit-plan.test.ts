import { beforeEach, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, plan } from "../../support/fleet/fleet.ts";
import {
  beginAnew,
  changedOne,
  expectRefused,
  file,
  saveFor,
  stale,
  turn,
} from "../../support/fleet/saving.ts";
import { machineState } from "../../support/fleet/state.ts";

describe("a saved plan for something else", () => {
  const box = useSandbox();
  beforeEach(() => beginAnew(box));

  const strangers: Readonly<Record<string, string>> = {
    's/"reason": "env-changed"/"reason": "file-missing"/':
      "is not as it was saved: its checksum does not fit",
    's/"host": ".*"/"host": "elsewhere"/': "was made for user 1000 on elsewhere, and this is user 1000 on",
    's/"uid": .*,/"uid": 4711,/': "was made for user 4711 on",
    's/"version": ".*"/"version": "9.9.9"/': "was made by mosaic-fleet 9.9.9, and this is",
    d: "is not a saved plan",
  };

  it("is refused after an edit, for another host, user or version, and if it is not a plan at all", async () => {
    for (const [edit, why] of Object.entries(strangers)) {
      await saveFor(box, changedOne);
      await box.sh(`sed -i '${edit}' ${file}`);
      await expectRefused(box, 3, `${file} ${why}`);
    }
  });

  it("is refused for another fleet", async () => {
    await saveFor(box, changedOne);
    await declare(box, turn({ ...changedOne, name: "night" }));
    await expectRefused(box, 3, stale, "fleet.yaml is of fleet night, the plan of mosaic");
  });

  it("excludes flags that would change the plan, and names of agents", async () => {
    await saveFor(box, changedOne);
    const before = await machineState(box);
    for (const [more, hint] of [
      ["--now", "give that to fleet plan instead: --now"],
      ["one", "give that to fleet plan instead: one"],
    ] as const) {
      const ran = await fleet(box, "apply", file, more);
      expect(ran).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining(hint) as string });
    }
    expect(await machineState(box)).toEqual(before);
  });

  it("is an error if it is missing or cannot be written", async () => {
    const ran = await fleet(box, "apply", "./nowhere.json");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain(
      "Error: cannot read the plan ./nowhere.json: there is no such file or folder",
    );
    expect(ran.stderr).toContain("fleet plan --out FILE");
    const unsaved = await fleet(box, "plan", "--out", "no/such/folder.json");
    expect(unsaved).toMatchObject({ code: 1, stdout: "" });
    expect(unsaved.stderr).toContain(
      "cannot write the plan to no/such/folder.json: there is no such file or folder",
    );
  });

  it("replaces no file that is something else, such as fleet.yaml", async () => {
    await box.sh('echo \'{ "formatVersion": "1.0", "version": "1.0" }\' > live.json');
    for (const other of ["fleet.yaml", "live.json"]) {
      const before = await box.read(`~/work/${other}`);
      const unsaved = await fleet(box, "plan", "--out", other);
      expect(unsaved).toMatchObject({ code: 6, stdout: "" });
      expect(unsaved.stderr).toContain(`Error: ${other} exists, and is no plan`);
      expect(await box.read(`~/work/${other}`)).toBe(before);
    }
  });

  it("is one JSON object with the reason if it cannot be written", async () => {
    const ran = await fleet(box, "plan", "--json", "--out", "no/such/folder.json");
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(ran.stdout)).toEqual({
      formatVersion: "2.0",
      diagnostics: [
        expect.objectContaining({
          code: "file-write-failed",
          summary: "cannot write the plan to no/such/folder.json: there is no such file or folder",
        }),
      ],
    });
  });

  it("is refused by the guards of its plan, unless it was made with the flag", async () => {
    await declare(box, { agents: {} });
    expect((await fleet(box, "plan", "--out", file)).stdout).toContain(
      "Refused: the file declares no agents",
    );
    await expectRefused(
      box,
      6,
      "Error: refused: the file declares no agents",
      "fleet plan --allow-remove-all --out FILE",
    );
    await fleet(box, "plan", "--out", file, "--allow-remove-all", "--now"); // the idle agent may have just started
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(0);
    expect((await plan(box)).agents).toEqual([]);
  });
});
