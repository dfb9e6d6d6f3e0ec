import { rmSync } from "node:fs";
import { writeFile } from "../../drivers/files/write.ts";
import { startDetached } from "../../system/child/run-command.ts";

/** Returns true if this account sits before a screen on which a browser can be opened. */
export function hasScreen(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const isRemote = Boolean(env["SSH_CONNECTION"]);
  return isTerminal && !isRemote && Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

/**
 * Opens a link in the browser of this account. All accounts of a machine see command lines, so the link, with its token,
 * is in a file that only this account can read. Returns a function that removes the file.
 */
export async function openBrowser(url: string, path: string): Promise<() => void> {
  const remove = (): void => rmSync(path, { force: true });
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>fleet</title>\n`;
  const written = await writeFile(path, page, 0o600, 0o700);
  if (written.ok && !(await startDetached("xdg-open", [path]))) remove();
  return remove;
}
