import { describe, expect, it } from "vitest";
import { attachWay, type SessionClient } from "../../src/attach/attach-way.ts";

const coder = { agent: "coder", session: "$7" };
const inside = { kind: "same-server", session: "$2" } as const;
const client = (name: string, activity: number, isReadOnly = false): SessionClient => ({
  name,
  activity,
  isReadOnly,
});

describe("the way to an agent's session", () => {
  it("is an attach on a plain terminal and inside another tmux server", () => {
    for (const kind of ["plain", "other-server"] as const) {
      expect(attachWay(coder, { kind }, [], false)).toEqual({
        ok: true,
        value: { kind: "attach", args: ["attach-session", "-t", "$7"] },
      });
    }
    expect(attachWay(coder, { kind: "plain" }, [], true)).toMatchObject({
      value: { args: ["attach-session", "-r", "-t", "$7"] },
    });
  });

  it("leads to one of its panes by the ids of session, window and pane", () => {
    const pane = { ...coder, pane: "$7:@3.%9" };
    expect(attachWay(pane, { kind: "plain" }, [], false)).toMatchObject({
      value: { args: ["attach-session", "-t", "$7:@3.%9"] },
    });
    expect(attachWay(pane, inside, [client("/dev/pts/1", 1)], false)).toMatchObject({
      value: { args: ["switch-client", "-c", "/dev/pts/1", "-t", "$7:@3.%9"] },
    });
  });

  it("leads to no other window while somebody else looks at the session", () => {
    const pane = { ...coder, pane: "$7:@3.%9", clients: 1 };
    expect(attachWay(pane, { kind: "plain" }, [], false)).toMatchObject({
      diagnostics: [{ code: "blocked", summary: "somebody else is attached to coder" }],
    });
    expect(attachWay({ ...coder, clients: 1 }, { kind: "plain" }, [], false).ok).toBe(true);
    const own = { kind: "same-server", session: "$7" } as const;
    expect(attachWay(pane, own, [client("/dev/pts/1", 1)], false).ok).toBe(true);
    expect(attachWay({ ...pane, clients: 2 }, own, [client("/dev/pts/1", 1)], false).ok).toBe(false);
  });

  it("switches the last used client inside the fleet's server", () => {
    const clients = [client("/dev/pts/1", 10), client("/dev/pts/2", 30), client("/dev/pts/3", 20)];
    expect(attachWay(coder, inside, clients, false)).toEqual({
      ok: true,
      value: { kind: "switch", args: ["switch-client", "-c", "/dev/pts/2", "-t", "$7"] },
    });
  });

  it("makes a client read-only once, because the same option takes it back", () => {
    const args = (isReadOnly: boolean) =>
      attachWay(coder, inside, [client("/dev/pts/1", 1, isReadOnly)], true);
    expect(args(false)).toMatchObject({
      value: { args: ["switch-client", "-r", "-c", "/dev/pts/1", "-t", "$7"] },
    });
    expect(args(true)).toMatchObject({ value: { args: ["switch-client", "-c", "/dev/pts/1", "-t", "$7"] } });
  });

  it("is missing without a session, inside an agent's pane, and without a client", () => {
    const codes = [
      attachWay({ agent: "coder", session: undefined }, { kind: "plain" }, [], false),
      attachWay(coder, { kind: "agent", agent: "reviewer" }, [], false),
      attachWay(coder, inside, [], false),
    ].map((result) => (result.ok ? "ok" : result.diagnostics[0]?.code));
    expect(codes).toEqual(["not-running", "bad-usage", "command-failed"]);
  });
});
