import { describe, expect, it } from "vitest";
import { tagPanes } from "../../../src/drivers/tmux/marks/tag-panes.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

const tag = { pane: "%1", pid: 7, sessionId: "$1", agent: "canary", unit: "u", config: "" };

describe("Marking panes", () => {
  it("reports the agents whose session has ended in the meantime", async () => {
    expect(await tagPanes(answering(exited(0, "canary\n")).exec, "s", [tag])).toMatchObject({
      ok: false,
      diagnostics: [{ code: "session-ended", summary: "the session of canary has already ended" }],
    });
  });

  it("reports a failed tmux as a failed command", async () => {
    expect(await tagPanes(answering(exited(1, "", "no current client\n")).exec, "s", [tag])).toMatchObject({
      ok: false,
      diagnostics: [{ code: "command-failed" }],
    });
  });
});
