import { describe, expect, it } from "vitest";
import { killSessions } from "../../../src/drivers/tmux/kill-sessions.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

const sessions = [
  { id: "$1", unit: "mosaic-agent@a.service" },
  { id: "$2", unit: "mosaic-agent@b.service" },
];

describe("tmux kill-session", () => {
  it("uses ids, and only if the session carries its unit's mark", async () => {
    const { exec, commands } = answering(exited(0, ""));
    expect(await killSessions(exec, "sock", sessions)).toEqual({ ok: true, value: undefined });
    expect(commands.map(({ args }) => args.join(" "))).toEqual([
      "-N -L sock if-shell -F -t $1: #{==:#{@mosaic_unit},mosaic-agent@a.service} kill-session -t '$1'" +
        " ; if-shell -F -t $2: #{==:#{@mosaic_unit},mosaic-agent@b.service} kill-session -t '$2'",
    ]);
  });

  it("has nothing left to do if the session or the server is gone", async () => {
    for (const stderr of ["can't find session: $1\n", "no server running on /tmp/tmux-1000/sock\n"]) {
      expect(await killSessions(answering(exited(1, "", stderr)).exec, "sock", sessions)).toMatchObject({
        ok: true,
      });
    }
  });

  it("tells what to do if the folder of the sockets is another user's", async () => {
    const stderr = "directory /tmp/tmux-1000 has unsafe permissions\n";
    expect(await killSessions(answering(exited(1, "", stderr)).exec, "sock", sessions)).toMatchObject({
      diagnostics: [{ detail: stderr.trim(), hint: expect.stringContaining("chmod it to 700") as string }],
    });
  });

  it("has failed if tmux prints anything else as well", async () => {
    const stderr = "can't find session: $1\ncommand too long\n";
    expect(await killSessions(answering(exited(1, "", stderr)).exec, "sock", sessions)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "command-failed" }],
    });
  });
});
