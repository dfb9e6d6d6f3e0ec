// The browser for pictures and measurements of the page of `fleet ui`.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** Starts chromium, without anything that it does in the background. */
export async function openBrowser() {
  const executablePath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
    .find(isProgram);
  if (executablePath === undefined) throw new Error("this needs chromium: sudo apt install chromium");
  const background = ["background-networking", "component-update", "sync", "quic", "gpu"];
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--no-first-run", ...background.map((name) => `--disable-${name}`)],
  });
}

/**
 * Returns true for a file that can be run.
 *
 * @param {string} path
 */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
