import { describe, expect, it } from "vitest";
import { listUnits, parseListUnits } from "../../../src/drivers/systemd/list-units.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

/** Output of systemd 252. */
const captured =
  '[{"unit":"mosaic-agent@bad.service","load":"loaded","active":"failed","sub":"failed","description":"Mosaic agent bad"},' +
  '{"unit":"mosaic-tmux-holder.service","load":"loaded","active":"active","sub":"running","description":"foo\\\\"}]\n';

describe("systemctl list-units", () => {
  it("is read as units in systemd's own words", () => {
    expect(parseListUnits(captured)).toEqual({
      ok: true,
      value: [
        { name: "mosaic-agent@bad.service", load: "loaded", active: "failed", sub: "failed" },
        { name: "mosaic-tmux-holder.service", load: "loaded", active: "active", sub: "running" },
      ],
    });
    expect(parseListUnits("[]\n\n")).toEqual({ ok: true, value: [] });
  });

  it("has the jobs of units, if any of them has one", () => {
    const rows = [
      { unit: "a.service", load: "loaded", active: "deactivating", sub: "stop-post", job: "restart" },
      { unit: "b.service", load: "loaded", active: "active", sub: "running", job: "" },
    ];
    expect(parseListUnits(JSON.stringify(rows))).toMatchObject({
      value: [{ name: "a.service", job: "restart" }, expect.not.objectContaining({ job: expect.anything() })],
    });
  });

  it.each([
    ["nothing", ""],
    ["a table", "UNIT LOAD ACTIVE SUB\n0 loaded units listed.\n"],
    ["half of it", captured.slice(0, 100)],
    ["an object", "{}"],
    ["rows without a state", '[{"unit":"a.service"}]'],
    ["rows that are none", "[null, 1]"],
  ])("is unreadable, not empty, if it prints %s", (_, output) => {
    expect(parseListUnits(output)).toMatchObject({ ok: false, diagnostics: [{ code: "unreadable-output" }] });
  });

  it("asks for all units at once, and cannot mistake a pattern for an option", async () => {
    const { exec, commands } = answering(exited(0, captured));
    await listUnits(exec, ["-x@*.service", "b.service"]);
    expect(commands.map(({ file, args }) => [file, ...args].join(" "))).toEqual([
      "systemctl --user --no-ask-password list-units --all --full --output=json -- -x@*.service b.service",
    ]);
  });
});
