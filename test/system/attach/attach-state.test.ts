import { describe, expect, it } from "vitest";
import {
  attachedEnd,
  stepAttach,
  type AttachEvent,
  type AttachState,
  type ForwardedSignal,
} from "../../../src/system/attach/attach-state.ts";

const ready: AttachEvent = { kind: "ready" };
const graceOver: AttachEvent = { kind: "grace-over" };
const close: AttachEvent = { kind: "close" };
const exited = { status: 3, signal: null };

function signal(name: ForwardedSignal, isShared = false): AttachEvent {
  return { kind: "signal", signal: name, isShared };
}

/** Returns the effects of the last event, and the end of a command that exits with 3 after it. */
function after(...events: readonly AttachEvent[]) {
  let state: AttachState = { kind: "starting" };
  let done: readonly string[] = [];
  for (const event of events) {
    const step = stepAttach(state, event);
    ({ state } = step);
    done = step.effects.map((effect) => (effect.kind === "send" ? `send ${effect.name}` : effect.kind));
  }
  return { state: state.kind, done: done.join(", "), ...attachedEnd(state, exited) };
}

describe("An attached command", () => {
  it("ends with its own exit status, and has begun once it was ready", () => {
    expect(after()).toMatchObject({ outcome: 3, began: false });
    expect(after(ready)).toEqual({ state: "ready", done: "", outcome: 3, began: true });
    expect(attachedEnd({ kind: "ready" }, { status: null, signal: "SIGKILL" }).outcome).toBe("SIGKILL");
    expect(attachedEnd({ kind: "ready" }, { status: null, signal: null }).outcome).toBe(1);
  });

  it("is cut off by a signal before it is ready, and ends as by that signal", () => {
    const early = { state: "cut", done: "cut-line", outcome: "SIGINT", began: true };
    expect(after(signal("SIGINT"))).toEqual(early);
    expect(after(signal("SIGINT"), ready)).toMatchObject({ state: "cut", outcome: "SIGINT", began: true });
    expect(after(signal("SIGINT"), ready, signal("SIGTERM"))).toEqual(early);
  });

  it("gets SIGTERM and SIGHUP by name, and has some time to end before its line is cut", () => {
    const asked = { state: "asked", done: "send TERM, begin-grace", outcome: 3, began: true };
    expect(after(ready, signal("SIGTERM"))).toEqual(asked);
    expect(after(ready, signal("SIGHUP"))).toMatchObject({ done: "send HUP, begin-grace" });
    expect(after(ready, signal("SIGTERM"), graceOver)).toMatchObject({
      done: "cut-line",
      outcome: "SIGTERM",
    });
  });

  it("is cut off by the next signal after a request to end", () => {
    const end = after(ready, signal("SIGTERM"), signal("SIGINT"));
    expect(end).toEqual({ state: "cut", done: "cut-line", outcome: "SIGTERM", began: true });
    expect(after(ready, signal("SIGTERM"), signal("SIGHUP"), graceOver)).toMatchObject({
      outcome: "SIGTERM",
    });
  });

  it("gets Ctrl-C as often as it comes, unless the terminal has sent it already", () => {
    expect(after(ready, signal("SIGINT"), signal("SIGINT"))).toMatchObject({
      state: "ready",
      done: "send INT",
    });
    expect(after(ready, signal("SIGQUIT"))).toMatchObject({ done: "send QUIT" });
    expect(after(ready, signal("SIGINT", true))).toMatchObject({ state: "ready", done: "" });
  });

  it("is ended by its caller without a signal, and tells one that comes later", () => {
    expect(after(close)).toEqual({ state: "cut", done: "cut-line", outcome: 3, began: false });
    expect(after(close, ready)).toMatchObject({ outcome: 3, began: true });
    expect(after(ready, close)).toEqual({ state: "cut", done: "cut-line", outcome: 3, began: true });
    expect(after(close, signal("SIGTERM"))).toMatchObject({
      done: "cut-line",
      outcome: "SIGTERM",
      began: true,
    });
    expect(after(ready, close, signal("SIGTERM"))).toMatchObject({
      done: "send TERM, begin-grace",
      outcome: "SIGTERM",
    });
    expect(after(ready, close, signal("SIGINT"))).toMatchObject({ state: "cut", outcome: 3 });
  });
});
