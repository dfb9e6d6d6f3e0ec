// A browser that speaks WebDriver BiDi, as Debian's Firefox does: playwright-core drives a Firefox of its own alone.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

/** The text that a person sees. */
const shown = "(document.querySelector('dialog[open]') ?? document.body).innerText";
/** The longest time for one step, ms: the machine may be busy. */
const stepMs = 60_000;

/** Starts Firefox without a screen, and returns a tab of it. */
export async function openFirefox() {
  const profile = mkdtempSync(join(tmpdir(), "fleet-firefox-"));
  const child = spawn(
    "firefox-esr",
    ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const url = await listening(child.stderr);
  const socket = new WebSocket(`${url}/session`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  /** @type {Map<number, (answer: { type: string, result: any, message?: string }) => void>} */
  const waiting = new Map();
  /** @type {string[]} */
  const complaints = [];
  socket.on("message", (data) => {
    const message = JSON.parse(/** @type {Buffer} */ (data).toString("utf8"));
    if (message.method === "log.entryAdded" && message.params.level === "error")
      complaints.push(message.params.text);
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  let ids = 0;
  /**
   * Runs a command of the protocol.
   *
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  const call = (method, params) =>
    new Promise((resolve, reject) => {
      ids += 1;
      waiting.set(ids, ({ type, result, message }) =>
        type === "success" ? resolve(result) : reject(new Error(`${method}: ${message}`)),
      );
      socket.send(JSON.stringify({ id: ids, method, params }));
    });
  await call("session.new", { capabilities: {} });
  await call("session.subscribe", { events: ["log.entryAdded"] });
  const { contexts } = await call("browsingContext.getTree", {});
  const context = contexts[0].context;
  /**
   * Returns the value of an expression in the page.
   *
   * @param {string} expression
   */
  const evaluate = async (expression) => {
    const params = { expression, target: { context }, awaitPromise: true };
    const { exceptionDetails, result } = await call("script.evaluate", params);
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  };
  return {
    complaints,
    evaluate,
    /** @param {string} to */
    goto: (to) => call("browsingContext.navigate", { context, url: to, wait: "complete" }),
    /**
     * Sets the size of the page.
     *
     * @param {number} width
     * @param {number} height
     */
    resize: (width, height) => call("browsingContext.setViewport", { context, viewport: { width, height } }),
    /** Returns a picture as PNG. */
    async picture() {
      const { data } = await call("browsingContext.captureScreenshot", { context });
      return Buffer.from(data, "base64");
    },
    /**
     * Presses keys, one after the other: characters, or key codes of WebDriver.
     *
     * @param {string} keys
     */
    async press(keys) {
      const actions = Array.from(keys).flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]);
      await call("input.performActions", { context, actions: [{ type: "key", id: "keys", actions }] });
    },
    /**
     * Waits until an expression is true.
     *
     * @param {string} what
     * @param {string} expression
     */
    async until(what, expression) {
      const end = Date.now() + stepMs;
      while (!(await evaluate(`Boolean(${expression})`))) {
        if (Date.now() > end) throw new Error(`not in time: ${what}\n${await evaluate(shown)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      console.log(`seen: ${what}`);
    },
    async close() {
      await call("browser.close", {}).catch(() => undefined);
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/**
 * Returns the address that the browser listens at.
 *
 * @param {import("node:stream").Readable} output
 */
async function listening(output) {
  for await (const line of createInterface({ input: output })) {
    const url = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    // Nobody reads the rest, and a full pipe would stop the browser.
    output.resume();
    return url;
  }
  throw new Error("Firefox has not started: sudo apt install firefox-esr");
}
