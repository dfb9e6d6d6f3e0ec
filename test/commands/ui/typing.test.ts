import { describe, expect, it } from "vitest";
import { createTyping } from "../../../src/commands/ui/control/typing.ts";
import type { CommandOutcome } from "../../../src/system/command.ts";
import type { ToPage } from "../../../src/ui/protocol.ts";
import { exited } from "../../support/drivers/fake-exec.ts";
import { until } from "../../support/rig/until.ts";

const paneLine = "7|0|0||0|3|/dev/pts/3";

/** Returns the part of a server at whose tmux each call waits until the test answers it. */
function typingAt() {
  const calls: { readonly words: string; readonly answer: (outcome: CommandOutcome) => void }[] = [];
  const byShell: string[] = [];
  const typing = createTyping({
    exec: ({ args, input, shell }) =>
      new Promise((answer) => {
        if (shell !== undefined) byShell.push(args.at(-1) ?? "");
        const text = input === undefined ? "" : ` <${Buffer.from(input).toString()}>`;
        calls.push({ words: `${args.slice(3).join(" ")}${text}`, answer });
      }),
    paneOf: () => ({ socket: "mosaic-factory", id: "%3", pid: 7 }) as never,
  });
  const told: ToPage[] = [];
  const link = { send: (message: ToPage) => void told.push(message), sendBytes: () => undefined };
  /** Answers the next call with a text, and returns its words. */
  const answerNext = async (part: string, outcome = exited(0, "fleet-done\n")): Promise<string> => {
    const call = await until(`a call with ${part}`, async () => calls.shift());
    expect(call.words).toContain(part);
    call.answer(outcome);
    return call.words;
  };
  const isIdle = async (): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    return calls.length === 0;
  };
  return { answerNext, byShell, isIdle, link, told, typing };
}

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => byte.toString(16)).join(" ");

async function begun() {
  const rig = typingAt();
  rig.typing.take(rig.link, { t: "typing", agent: "coder", on: true });
  await rig.answerNext("display-message", exited(0, `${paneLine}\n`));
  await rig.answerNext("@mosaic_typing 1");
  await until("typing is on", async () => rig.told.length === 1);
  const keys = (text: string): void => rig.typing.take(rig.link, { t: "keys", agent: "coder", text });
  const paste = (text: string): void => rig.typing.take(rig.link, { t: "paste", agent: "coder", text });
  return { ...rig, keys, paste };
}

describe("typing to an agent", () => {
  it("gives keys that wait for tmux together, and none past a paste", async () => {
    const { answerNext, isIdle, keys, paste } = await begun();
    for (const key of "abc") keys(key);
    paste("text");
    for (const key of "de") keys(key);
    expect(await answerNext("send-keys")).toContain(`-H ${hex("a")} ;`);
    expect(await answerNext("send-keys")).toContain(`-H ${hex("bc")} ;`);
    expect(await answerNext("paste-buffer")).toContain("<text>");
    expect(await answerNext("send-keys")).toContain(`-H ${hex("de")} ;`);
    expect(await isIdle()).toBe(true);
  });

  it("starts no process of its own for a key", async () => {
    const { answerNext, byShell, keys } = await begun();
    expect(byShell).toEqual([]);
    keys("a");
    await answerNext("send-keys");
    expect(byShell).toEqual([expect.stringContaining(`send-keys -t %3 -H ${hex("a")}`)]);
  });

  it("gives nothing after a refusal, and says so once", async () => {
    const { answerNext, isIdle, keys, told } = await begun();
    for (const key of "abc") keys(key);
    await answerNext("send-keys", exited(0, "fleet-refused 0 0 8 \n"));
    await answerNext("-u -t %3 @mosaic_typing");
    expect(await isIdle()).toBe(true);
    expect(told.slice(1)).toEqual([{ t: "typing", agent: "coder", on: false, reason: "restarted" }]);
  });

  it("delivers the keys before its end, and takes the mark away after them", async () => {
    const { answerNext, keys, link, typing } = await begun();
    for (const key of "ab") keys(key);
    typing.take(link, { t: "typing", agent: "coder", on: false });
    await answerNext(`-H ${hex("a")} ;`);
    await answerNext(`-H ${hex("b")} ;`);
    await answerNext("-u -t %3 @mosaic_typing");
  });

  it("does not begin for a page that has gone or has ended it in the meantime", async () => {
    for (const leaves of [true, false]) {
      const { answerNext, isIdle, link, told, typing } = typingAt();
      typing.take(link, { t: "typing", agent: "coder", on: true });
      if (leaves) typing.left(link);
      else typing.take(link, { t: "typing", agent: "coder", on: false });
      await answerNext("display-message", exited(0, `${paneLine}\n`));
      expect(await isIdle()).toBe(true);
      expect(told).toEqual([]);
    }
  });
});
