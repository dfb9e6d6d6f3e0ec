import { describe, expect, it } from "vitest";
import { answering, exited } from "../../support/drivers/fake-exec.ts";
import { parseReadAt, parseUnitFiles, unitsReadAt } from "../../../src/drivers/systemd/unit-files.ts";

describe("The time at which the user manager has read its units", () => {
  // As systemd 252 prints it: the first is empty until the first daemon-reload.
  it("is that of its start, until the next reload", () => {
    const atStart = "UnitsLoadStartTimestamp=Sat 2026-11-28 13:35:10.319116 UTC\nUnitsLoadTimestamp=\n";
    const later = atStart.replace(/Timestamp=\n$/, "Timestamp=Sat 2026-11-28 13:35:12.054563 UTC\n");
    expect(parseReadAt(atStart)).toBeCloseTo(Date.UTC(2026, 10, 28, 13, 35, 10) + 319.116, 3);
    expect(parseReadAt(later)).toBeCloseTo(Date.UTC(2026, 10, 28, 13, 35, 12) + 54.563, 3);
  });

  it("is unknown if the manager does not report it", () => {
    expect(parseReadAt("UnitsLoadTimestamp=\n")).toBeUndefined();
    expect(parseReadAt("")).toBeUndefined();
  });
});

describe("The files that the manager has for units", () => {
  it("are read as one block for each unit, with spaces in paths", () => {
    const output =
      'Id=a.service\nFragmentPath=/run/My Home/a.service\nDropInPaths="/run/My Home/a.service.d/1.conf" /u/2.conf\n\n' +
      "Id=b.service\nFragmentPath=\nDropInPaths=\n";
    expect(parseUnitFiles(output)).toEqual([
      {
        unit: "a.service",
        paths: ["/run/My Home/a.service", "/run/My Home/a.service.d/1.conf", "/u/2.conf"],
      },
      { unit: "b.service", paths: [] },
    ]);
  });
});

describe("A systemctl that is older than --timestamp=", () => {
  it("reports no time of reading, without a failure; any other failure is one", async () => {
    const failing = (stderr: string) => unitsReadAt(answering(exited(1, "", stderr)).exec);
    expect(await failing("systemctl: unrecognized option '--timestamp=us+utc'")).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await failing("Failed to connect to bus: No such file or directory")).toMatchObject({ ok: false });
  });
});
