import { describe, expect, it } from "vitest";
import { listPanes, parseListPanes } from "../../../src/drivers/tmux/list-panes.ts";
import type { CommandOutcome } from "../../../src/system/command.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

/**
 * Output of tmux 3.3a: a dead and a live agent, a window of the user's, and a session with the separator in its name.
 */
const captured = `142
%0|148|1|$0|0|mosaic-agent@bad.service|1795397131|bad|mosaic 1e29c4d9afdfc812 command=885373b3 workdir=633d4f11|918b41d2|python3 sh|10485760 3|1|@0|||bad
%1|155|0|$1|2|mosaic-agent@ok.service|1795397131|ok|mosaic a01690d1824ec91b command=3761868c workdir=633d4f11|918b41d2|||0|@1|||ok
%2|160|0|$1|2|mosaic-agent@ok.service|1795397140||||||0|@2|2 mosaic ok 3f2a9c12 0b1d2c3e my logs||ok
%3|161|0|$2|0||1795397141||||||0|@3|||a|b
`;

async function listed(outcome: CommandOutcome) {
  return listPanes(answering(outcome).exec, "mosaic-factory");
}

describe("tmux list-panes", () => {
  it("is read as the server and its panes, with the marks of those that have any", () => {
    const parsed = parseListPanes(captured);
    expect(parsed).toMatchObject({ ok: true, value: { pid: 142 } });
    const [bad, ok, window, strange] = parsed.ok ? parsed.value.panes : [];
    expect(bad).toEqual({
      id: "%0",
      pid: 148,
      dead: true,
      sessionId: "$0",
      sessionName: "bad",
      attached: 0,
      viewers: 0,
      sessionUnit: "mosaic-agent@bad.service",
      activity: 1_795_397_131,
      agent: "bad",
      config: "mosaic 1e29c4d9afdfc812 command=885373b3 workdir=633d4f11",
      units: "918b41d2",
      left: "python3 sh",
      log: "10485760 3",
      isPiped: true,
      windowId: "@0",
      side: "",
    });
    expect(ok).toMatchObject({ dead: false, attached: 2, agent: "ok" });
    expect(window).toMatchObject({ agent: "", config: "", units: "", sessionName: "ok" });
    expect(window).toMatchObject({ windowId: "@2", side: "2 mosaic ok 3f2a9c12 0b1d2c3e my logs" });
    expect(strange).toMatchObject({ sessionName: "a|b", agent: "", sessionUnit: "" });
  });

  it("has the version of the server, if it tells", () => {
    expect(parseListPanes(captured.replace("142", "142 3.3a"))).toMatchObject({
      value: { pid: 142, version: "3.3a" },
    });
    expect(parseListPanes(captured)).toMatchObject({ value: { version: undefined } });
  });

  it("counts people, and separately the read-only clients", () => {
    const clients = [
      "client|$1|0|0|1|", // a terminal
      "client|$1|1|0|1|", // attach -r
      "client|$0|0|1|0|", // tmux -C on a pipe
      "client|$0|0|1|1|", // tmux -CC in iTerm2
      "client|$9|0|1|0|a|b", // in a group; its name follows
    ].join("\n");
    const parsed = parseListPanes(captured.replace("%0|148|1|$0|0", "%0|148|1|$0|2") + clients);
    expect(parsed.ok && parsed.value.panes.map(({ attached, viewers }) => [attached, viewers])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  it("counts read-only clients from another session of the group", () => {
    const lines =
      "%0|1|0|$0|2||||||||0|@0||g<bar>1|a\n%0|1|0|$1|2||||||||0|@0||g<bar>1|b\n%1|1|0|$2|1||||||||0|@1||g|c\n";
    const parsed = parseListPanes(`142\n${lines}client|$1|1|0|1|g<bar>1\n`);
    expect(parsed.ok && parsed.value.panes.map(({ attached, viewers }) => [attached, viewers])).toEqual([
      [1, 1],
      [1, 1],
      [1, 0],
    ]);
  });

  it.each([
    ["nothing", ""],
    ["no pid", captured.slice(4)],
    ["half a line", captured.slice(0, 30)],
    ["an error", "can't find pane\n"],
    ["a pid that is none", "0\n"],
  ])("is unreadable, not empty, if it prints %s", (_, output) => {
    expect(parseListPanes(output)).toMatchObject({ ok: false, diagnostics: [{ code: "unreadable-output" }] });
  });

  it("tells a server without sessions from no server", async () => {
    for (const stderr of ["no current target\n", "no sessions\n"]) {
      expect(await listed(exited(1, "142\n", stderr))).toEqual({ ok: true, value: { pid: 142, panes: [] } });
    }
    for (const stderr of [
      "no server running on /tmp/tmux-1000/mosaic-factory\n",
      "error connecting to /tmp/tmux-1000/mosaic-factory (No such file or directory)\n",
      "error connecting to /tmp/tmux-1000/mosaic-factory (Connection refused)\n",
    ]) {
      expect(await listed(exited(1, "", stderr))).toEqual({ ok: true, value: undefined });
    }
  });

  it.each<[string, CommandOutcome, string]>([
    [
      "its socket cannot be reached",
      exited(1, "", "error connecting to /tmp/x (Permission denied)\n"),
      "command-failed",
    ],
    [
      "it is another version",
      exited(1, "", "open terminal failed: protocol version mismatch\n"),
      "tmux-other-version",
    ],
    [
      "its server says that it is older",
      exited(1, "", "server version is too old for client\n"),
      "tmux-other-version",
    ],
    [
      "its server takes a message for another",
      exited(1, "", "open terminal failed: not a terminal\n"),
      "tmux-other-version",
    ],
    [
      "it does not know -N",
      exited(1, "", "tmux: unknown option -- N\nusage: tmux [-2CluvV]\n"),
      "tmux-too-old",
    ],
    ["it hangs", { kind: "timed-out", timeoutMs: 15_000, stderr: "" }, "command-timeout"],
    ["it is missing", { kind: "not-found" }, "no-tmux"],
    ["it is killed", { kind: "killed", signal: "SIGKILL", stderr: "" }, "command-failed"],
    ["the server goes away meanwhile", exited(1, "", "server exited unexpectedly\n"), "command-failed"],
  ])("is not taken as absent if %s", async (_, outcome, code) => {
    expect(await listed(outcome)).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });

  it("is asked again if the server says nothing because it is ending, and once only", async () => {
    const silent = exited(0, "");
    const gone = exited(1, "", "no server running on /tmp/tmux-1000/mosaic-factory\n");
    const outcomes = [silent, gone];
    expect(await listPanes(async () => outcomes.shift() ?? gone, "mosaic-factory")).toEqual({
      ok: true,
      value: undefined,
    });
    expect(outcomes).toEqual([]);
    const { exec, commands } = answering(silent);
    expect(await listPanes(exec, "mosaic-factory")).toMatchObject({
      ok: false,
      diagnostics: [{ code: "unreadable-output" }],
    });
    expect(commands).toHaveLength(2);
  });

  it("never starts a server", async () => {
    const { exec, commands } = answering(exited(0, captured));
    await listPanes(exec, "mosaic-factory");
    expect(commands).toHaveLength(1);
    expect(commands[0]?.args.slice(0, 3)).toEqual(["-N", "-L", "mosaic-factory"]);
  });
});
