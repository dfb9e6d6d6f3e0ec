import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium as launcher, type Browser, type BrowserContext, type Page } from "playwright-core";
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

/** Starts the browser, without anything that it does in the background. */
export async function openBrowser(): Promise<Browser> {
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

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
