import { describe, expect, it } from "vitest";
import { parseListJobs } from "../../../src/drivers/systemd/list-jobs.ts";

/** As systemd 252 prints it, with --no-legend. */
const output = `16 mosaic-agent@a.service   start   running
 7 mosaic-agent@b-c.service restart waiting
`;

describe("The list of jobs", () => {
  it("is read as the units that have one", () => {
    expect(parseListJobs(output)).toEqual({
      ok: true,
      value: new Set(["mosaic-agent@a.service", "mosaic-agent@b-c.service"]),
    });
    expect(parseListJobs("")).toEqual({ ok: true, value: new Set() });
    expect(parseListJobs("No jobs running.\n")).toEqual({ ok: true, value: new Set() });
  });

  it("is never taken as empty if it cannot be read", () => {
    expect(parseListJobs("lorem ipsum\n")).toMatchObject({
      ok: false,
      diagnostics: [{ code: "unreadable-output" }],
    });
  });
});
