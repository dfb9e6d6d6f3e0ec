import { describe, expect, it } from "vitest";
import { createSessions, sessionLifeMs, tokenLifeMs } from "../../src/ui/sessions.ts";

describe("the sessions of the page", () => {
  it("open by a token once, and need both halves", () => {
    const sessions = createSessions();
    const token = sessions.issue(0);
    expect(token).toMatch(/^[\w-]{43}$/);
    const halves = sessions.redeem(token, 1);
    if (halves === undefined) throw new Error("the token opens nothing");
    expect(sessions.redeem(token, 2)).toBeUndefined();
    expect(sessions.endOf(halves, 3)).toBe(1 + sessionLifeMs);
    expect(sessions.endOf({ cookie: halves.cookie }, 3)).toBeUndefined();
    expect(sessions.endOf({ key: halves.key }, 3)).toBeUndefined();
    expect(sessions.endOf({ cookie: halves.key, key: halves.cookie }, 3)).toBeUndefined();
    const other = sessions.redeem(sessions.issue(3), 4);
    expect(sessions.endOf({ ...halves, cookie: other?.cookie ?? "" }, 5)).toBeUndefined();
  });

  it("end after twelve hours, and tokens after ten minutes", () => {
    const sessions = createSessions();
    const old = sessions.issue(0);
    expect(sessions.redeem(old, tokenLifeMs)).toBeUndefined();
    const halves = sessions.redeem(sessions.issue(0), tokenLifeMs - 1);
    expect(sessions.endOf(halves ?? {}, tokenLifeMs - 2 + sessionLifeMs)).toBeDefined();
    expect(sessions.endOf(halves ?? {}, tokenLifeMs - 1 + sessionLifeMs)).toBeUndefined();
  });

  it("are at most 64: the oldest ends for a new one", () => {
    const sessions = createSessions();
    const all = Array.from({ length: 65 }, () => sessions.redeem(sessions.issue(0), 0) ?? {});
    expect(all.map((halves) => sessions.endOf(halves, 1) !== undefined)).toEqual([
      false,
      ...Array.from({ length: 64 }, () => true),
    ]);
  });

  it("do not open by an unknown or empty token", () => {
    const sessions = createSessions();
    sessions.issue(0);
    expect(sessions.redeem("", 1)).toBeUndefined();
    expect(sessions.redeem("a".repeat(43), 1)).toBeUndefined();
  });
});
