import { describe, expect, it } from "vitest";
import { paneProcess } from "../../../src/drivers/tmux/format/pane-process.ts";
import { logPanes, readerLine } from "../../../src/drivers/tmux/marks/log-panes.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

const pane = {
  pane: "%1",
  pid: 7,
  agent: "core",
  setting: "10485760 3",
  reader: ["/s", "--log", "core"],
  event: "log turned on",
};

describe("The reader of a log", () => {
  it("gets paths as they are, through the formats of tmux and through sh", () => {
    const line = readerLine(["/a b/it's", "100% #1 #{x}", '$HOME "\\'], "log goes on");
    const words = `'/a b/it'\\''s' '100%% ##1 ##{x}' '$HOME "\\'`;
    expect(line).toBe(`exec ${words} 'log goes on'`);
  });

  it("is started for many panes in few calls, each with the check of its process", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...pane, pane: `%${index}` }));
    const { exec, commands } = answering(exited(0, ""));
    expect(await logPanes(exec, "factory", many)).toMatchObject({ ok: true });
    expect(commands.length).toBeLessThan(5);
    expect(commands[0]?.args.join(" ")).toContain(`#{==:#{pane_id} ${paneProcess},%0 7}`);
  });

  it("is refused for a pane that is gone", async () => {
    const result = await logPanes(answering(exited(0, "core\n")).exec, "factory", [pane]);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: "session-ended" }] });
  });

  it("is ended by a pipe-pane without a command", async () => {
    const { exec, commands } = answering(exited(0, ""));
    await logPanes(exec, "factory", [{ ...pane, setting: undefined }]);
    expect(commands[0]?.args).toContain("pipe-pane -t '%1' ; set-option -p -u -t '%1' @mosaic_log");
  });
});
