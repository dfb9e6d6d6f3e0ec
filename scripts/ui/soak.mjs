// npm run soak:ui: opens and closes tabs of the page for some minutes, types in some, asks for changes in others, kills
// its server now and then, and looks whether anything is left: a pipe, an option, a process, an open file, memory. Every
// ten minutes it prints the present figures.
import { parseArgs } from "node:util";
import { setup } from "../setup.mjs";
import { openBox } from "./box.mjs";
import { openBrowser } from "./page.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    seed: { type: "string" },
    agents: { type: "string" },
    kills: { type: "string" },
  },
});
const minutes = Number(values.minutes ?? 5);
/** The number of agents, of which six print ten lines a second, and all others one in five seconds. */
const agents = Math.max(20, Number(values.agents ?? 20));
/** The share of steps that kill the server. With 0, one server lives until the end, and is killed then. */
const kills = Number(values.kills ?? 0.005);
let seed = Number(values.seed ?? Date.now() % 1_000_000);
/** The time between two figures, ms, and the longest time for one step, ms: the machine may be busy. */
const figuresMs = 10 * 60_000;
const stepMs = 180_000;
console.log(`soak: seed ${seed}`);

const fleet = `version: 1
defaults: { workdir: "~" }
agents:
  coder: { command: "${streams(5)}", replicas: ${agents - 6} }
  stream: { command: "${streams(0.1)}", replicas: 6 }
`;

/**
 * Returns a command that prints a line now and then, without a further process.
 *
 * @param {number} pause Seconds.
 */
function streams(pause) {
  return `exec bash -c 'exec 3<> <(:); while :; do echo a line; read -rt ${pause} -u 3; done'`;
}
const paths = [
  "/",
  "/wall",
  "/plan",
  "/graph",
  "/history",
  "/agents/stream-1?tab=terminal",
  "/agents/stream-2?tab=terminal",
  "/agents/coder-1?tab=why",
  "/agents/coder-2",
];

setup();
const box = await openBox();
const browser = await openBrowser();
try {
  process.exitCode = await soak();
} finally {
  await browser.close();
  await box.run(["fleet", "destroy", "--yes"]);
  await box.close();
}

/** Returns the exit code: 1 if something is left. */
async function soak() {
  await box.declare(fleet);
  await box.sh("fleet apply --yes");
  const before = await machine();
  let ui = await box.serve("--control");
  let context = await logIn(ui.url);
  const counts = { tabs: 0, kills: 0, cuts: 0, typed: 0, asked: 0 };
  /** @type {import("playwright-core").Page[]} */
  let tabs = [];
  // The first tabs load everything once, so later ones tell of growth.
  for (const path of paths) await visit(path);
  await closeAll();
  let first = await server(ui.pid);
  let began = Date.now();
  const end = began + minutes * 60_000;
  let nextFigures = began + figuresMs;
  console.log(`0 min: ${JSON.stringify({ ...first, ...(await pipes()) })}`);
  while (Date.now() < end) {
    if (Date.now() >= nextFigures) {
      nextFigures += figuresMs;
      const passed = Math.round(minutes - (end - Date.now()) / 60_000);
      const age = `a server of ${Math.round((Date.now() - began) / 60_000)} min`;
      const figures = { tabs: tabs.length, ...(await server(ui.pid)), ...(await pipes()) };
      console.log(`${passed} min, ${age}: ${JSON.stringify(figures)}`);
    }
    const dice = random();
    if (dice < kills) {
      await kill();
      first = await server(ui.pid);
      began = Date.now();
    } else if (dice < 0.5 && tabs.length > 0) {
      counts.cuts += 1;
      const [gone] = tabs.splice(Math.floor(random() * tabs.length), 1);
      await gone?.close();
    } else if (tabs.length < 8) await visit(paths[Math.floor(random() * paths.length)] ?? "/");
  }
  await closeAll();
  const last = await server(ui.pid);
  const after = await machine();
  for (const path of paths) await visit(path);
  await kill();
  await ui.end();
  const ended = await machine();
  console.log(
    `${minutes} min: ${counts.tabs} tabs opened, ${counts.cuts} closed one by one, ${counts.kills} servers killed, typed in ${counts.typed}, changes asked for in ${counts.asked}`,
  );
  console.log(`the last server, after its first tabs: ${JSON.stringify(first)}`);
  console.log(`the last server, at the end: ${JSON.stringify(last)}`);
  console.log(
    `the machine before, with the server, and after it: ${JSON.stringify([before, after, ended], undefined, 2)}`,
  );
  const faults = [
    ...(last.files > first.files ? [`${last.files - first.files} more open files`] : []),
    ...(last.inotify > 0 ? ["something is still watched"] : []),
    ...(last.children > 0 ? ["a child is left"] : []),
    ...(last.megabytes > first.megabytes + 30 ? ["more memory"] : []),
    ...(JSON.stringify(before) === JSON.stringify(ended) ? [] : ["the machine is not as before"]),
  ];
  console.log(faults.length === 0 ? "nothing is left" : `LEFT: ${faults.join(", ")}`);
  return faults.length === 0 ? 0 : 1;

  /**
   * Opens a tab, and leaves it open.
   *
   * @param {string} path
   */
  async function visit(path) {
    const page = await context.newPage();
    tabs.push(page);
    counts.tabs += 1;
    await page.goto(ui.origin + path).catch(() => undefined);
    await page.waitForTimeout(200 + random() * 1_500);
    if (path.endsWith("tab=terminal") && random() < 0.5) await typeIn(page);
    if (path === "/agents/coder-2" && random() < 0.5) await askFor(page);
  }

  /**
   * Types some letters to the agent of a terminal, and goes on typing: the tab is closed at some time.
   *
   * @param {import("playwright-core").Page} page
   */
  async function typeIn(page) {
    const isOn = await page
      .getByRole("button", { name: "Type…" })
      .click({ timeout: 10_000 })
      .then(() => page.getByRole("button", { name: "Stop typing" }).waitFor({ timeout: 10_000 }))
      .then(() => true)
      .catch(() => false);
    if (!isOn) return;
    await page.keyboard.type("a day of typing ");
    counts.typed += 1;
  }

  /**
   * Asks for a restart, whose plan a program makes, and does not wait for it.
   *
   * @param {import("playwright-core").Page} page
   */
  async function askFor(page) {
    const asked = await page
      .getByRole("button", { name: "Restart…" })
      .click({ timeout: 10_000 })
      .then(() => true)
      .catch(() => false);
    if (asked) counts.asked += 1;
  }

  /** Kills the server with its open tabs, and starts the next one. */
  async function kill() {
    await ui.end("KILL");
    counts.kills += 1;
    await context.close();
    tabs = [];
    ui = await box.serve("--control");
    context = await logIn(ui.url);
    for (const path of paths) await visit(path);
    await closeAll();
  }

  async function closeAll() {
    for (const page of tabs) await page.close();
    tabs = [];
    // The observation goes on for five seconds, because a reload is no end.
    const deadline = Date.now() + stepMs;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { children, inotify } = await server(ui.pid);
      if ((children === 0 && inotify === 0 && (await pipes()).pipes === 0) || Date.now() > deadline) return;
    }
  }
}

/**
 * Opens a browser context that is logged in.
 *
 * @param {string} url
 */
async function logIn(url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(stepMs);
  await page.goto(url);
  await page.locator("[role=row][data-name]").first().waitFor();
  await page.close();
  return context;
}

/**
 * Returns the open files, watches, children and memory of a server.
 *
 * @param {number} pid
 */
async function server(pid) {
  const number = async (/** @type {string} */ script) => Number((await box.sh(script)).trim());
  return {
    files: await number(`ls /proc/${pid}/fd | wc -l`),
    inotify: await number(`cat /proc/${pid}/fdinfo/* 2>/dev/null | grep -c '^inotify' || :`),
    children: await number(`ps --ppid ${pid} -o pid= | wc -l`),
    megabytes: await number(`awk '/^VmRSS/ { print int($2 / 1024) }' /proc/${pid}/status`),
  };
}

/** Returns the pipes of terminals, and all processes. */
async function pipes() {
  const number = async (/** @type {string} */ script) => Number((await box.sh(script)).trim());
  return {
    pipes: await number("ps -e -o comm= | grep -c '^dd$' || :"),
    processes: await number("ps -e -o comm= | grep -vc '^ps$'"),
  };
}

/** Returns everything that a page could leave behind in tmux and among the processes. */
async function machine() {
  const tmux = "tmux -N -L mosaic-factory";
  return {
    panes: (
      await box.sh(
        `${tmux} list-panes -a -F '#{pane_pipe}#{session_attached}#{pane_in_mode}' | sort | uniq -c`,
      )
    ).trim(),
    options: (
      await box.sh(`${tmux} list-panes -a -F '#{@mosaic_ui}#{@mosaic_typing}' | sort | uniq -c`)
    ).trim(),
    clients: (await box.sh(`${tmux} list-clients | wc -l`)).trim(),
    buffers: (await box.sh(`${tmux} list-buffers | wc -l`)).trim(),
    pipes: (await box.sh(`ps -e -o comm= | grep -c '^dd$' || :`)).trim(),
    pages: (await box.sh(`find "\${XDG_RUNTIME_DIR:-/nowhere}" -type p | wc -l`)).trim(),
    plan: (await box.sh("fleet plan | tail -1")).trim(),
  };
}

/** Returns the next number from 0 to 1 of the seed. */
function random() {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}
