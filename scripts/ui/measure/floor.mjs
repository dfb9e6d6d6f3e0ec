// Measures the least times of this machine: those of its browser, of tmux and of systemd, without anything of fleet. The bars
// of the page are to be read next to them.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { pause, spread } from "./figures.mjs";
import { addFrameClock } from "./frame-clock.mjs";
import { keysToFrames } from "./terminal.mjs";

/** @typedef {Awaited<ReturnType<typeof import("../box.mjs").openBox>>} Box */
/** @typedef {Awaited<ReturnType<typeof import("../page.mjs").openBrowser>>} Browser */
/** @typedef {import("./figures.mjs").Say} Say */

/** The number of keys and of readings. */
const count = 40;

/** A page that shows each key as soon as its server has sent it back. */
const echoPage = `<!doctype html><pre id="echo"></pre><script>
const socket = new WebSocket("ws://" + location.host);
socket.onopen = () => (document.title = "open");
socket.onmessage = ({ data }) => (document.querySelector("#echo").textContent += data);
addEventListener("keydown", ({ key }) => socket.send(key));
</script>`;

/**
 * Says the least times: a key over a WebSocket to its frame, a key through tmux to its echo, and the reading of one unit.
 *
 * @param {Box} box
 * @param {Browser} browser
 * @param {Say} say
 */
export async function measureFloor(box, browser, say) {
  say("least: a key over a WebSocket to the end of its frame", spread(await echoes(browser)));
  const bare = await box.sh(`node /run/fleet/tool/scripts/ui/bare-keys.mjs mosaic-factory ${count}`);
  say("least: a key through tmux to its echo", spread(JSON.parse(bare)));
  const reads = `for n in $(seq ${count}); do at=$EPOCHREALTIME
    systemctl --user list-units --all --output=json mosaic-agent@coder-1.service >/dev/null
    echo $((\${EPOCHREALTIME/./} - \${at/./})); done`;
  const micros = (await box.sh(`exec bash -c '${reads}'`)).trim().split("\n").map(Number);
  say("least: the reading of one unit", spread(micros.map((each) => each / 1000)));
}

/**
 * Returns the times from keys to the ends of their frames in a page that does nothing else, ms.
 *
 * @param {Browser} browser
 * @returns {Promise<number[]>}
 */
async function echoes(browser) {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(echoPage);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data, { binary: false })));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
    await page.waitForFunction("document.title === 'open'");
    await addFrameClock(page);
    await page.evaluate(keysToFrames("#echo"));
    for (let key = 0; key < count; key += 1) {
      await page.keyboard.press("x");
      await pause(80);
    }
    return await page.evaluate("keys");
  } finally {
    await page.close();
    sockets.close();
    server.close();
  }
}
