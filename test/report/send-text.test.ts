import { describe, expect, it } from "vitest";
import { noSessionText, ofServiceText } from "../../src/report/logs/run-text.ts";
import { keyLines } from "../../src/report/send/keys-text.ts";
import { deliveryText } from "../../src/report/send/send-text.ts";
import { createColors } from "../../src/report/terminal/colors.ts";
import type { Delivery } from "../../src/send/delivery.ts";

const stopped: Delivery = { agent: "coder", verdict: "not-delivered", reason: "not-running" };
const asking: Delivery = { agent: "coder", verdict: "not-delivered", reason: "question", detail: "Go on?" };
const unseen: Delivery = { agent: "coder", verdict: "unconfirmed", reason: "not-shown" };

describe("a command for the agent of a message", () => {
  it("names the host for a reader on another machine", () => {
    const far = { sender: undefined, host: "build1" };
    expect(deliveryText(stopped, far)).toBe("it does not run: fleet start coder --host build1");
    expect(deliveryText(asking, far)).toContain("Answer it with fleet attach coder --host build1, or");
    expect(deliveryText(unseen, far)).toMatch(/: fleet attach coder --host build1$/);
    const keys = { agent: "coder", verdict: "not-pressed", pressed: 0, reason: "ended" } as const;
    expect(keyLines(["C-c"], [keys], "build1", createColors(false))).toEqual([
      "coder  not pressed: its command has ended: fleet start coder --host build1",
    ]);
  });

  it("names the host in the remarks of logs, too", () => {
    expect(noSessionText("coder", true, "build1")).toMatch(/: fleet logs -p coder --host build1$/);
    expect(ofServiceText("web", undefined)).toMatch(/ in fleet logs web\.$/);
  });

  it("names the agent alone for a reader on this one", () => {
    expect(deliveryText(stopped, { sender: undefined, host: undefined })).toBe(
      "it does not run: fleet start coder",
    );
  });
});
