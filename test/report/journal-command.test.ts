import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { journalCommand } from "../../src/report/journal-command.ts";

const units = new URL("../../units/", import.meta.url);

describe("The call that shows the journal of a unit", () => {
  it("names the unit, and its identifier for the lines of processes that ended at once", () => {
    expect(journalCommand("mosaic-tmux-holder.service")).toBe(
      "journalctl USER_UNIT=mosaic-tmux-holder.service + SYSLOG_IDENTIFIER=mosaic-tmux-holder",
    );
  });

  it.each(readdirSync(units).filter((name) => name.endsWith(".service")))("is right for %s", (name) => {
    expect(readFileSync(new URL(name, units), "utf8")).toMatch(/^SyslogIdentifier=%N$/m);
  });
});
