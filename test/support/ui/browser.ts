import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import {
  chromium as launcher,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { untilMs } from "../rig/until.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a browser; undefined if there is none, and then tests with one are left out. */
export const browserPath: string | undefined = [
  process.env["CHROMIUM"] ?? [],
  (process.env["PATH"] ?? "").split(delimiter),
]
  .flat()
  .flatMap((folder) => [folder, ...names.map((name) => join(folder, name))])
  .find((path) => names.some((name) => path.endsWith(`/${name}`)) && isProgram(path));

let browser: Promise<Browser> | undefined;

/**
 * Returns a fresh context of the one browser of a test file: to start a browser takes more of the processor than most
 * tests. `closeBrowser` ends it after the tests of the file.
 */
export async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  browser ??= openBrowser();
  return (await browser).newContext(options);
}

/** Ends the browser of the file, if it has one. */
export async function closeBrowser(): Promise<void> {
  const open = await browser;
  browser = undefined;
  await open?.close();
}

/** Starts the browser, without anything that it does in the background. */
async function openBrowser(): Promise<Browser> {
  return launcher.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Pages that live for seconds do not repay the time to optimize their scripts.
      "--js-flags=--no-opt --single-threaded",
    ],
  });
}

/** A page, with the complaints of the browser: errors, and violations of its content policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens a page that gathers complaints. A refused connection is none: tests end servers. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(untilMs);
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    const text = message.text();
    const isExpected = /net::ERR_|WebSocket connection|status of 4\d\d/.test(text);
    if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(text);
  });
  return { page, complaints };
}

/** Goes to a path as a link does: without the load of a page, which takes longer than most tests of one. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate<void>(`(async () => {
    history.pushState(null, "", ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent("popstate"));
    // The page draws with the next frame, so nothing of the last place is left after it.
    for (const each of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
  })()`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
