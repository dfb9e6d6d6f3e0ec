import { shellWord } from "../../text/shell-word.ts";
import { sortedEntries, type DesiredPane, type DesiredWindow } from "./windows.ts";

/**
 * Returns the windows of an agent as the start script reads them: calls of its functions `window` and `pane`, one a line.
 * Empty without windows.
 */
export function windowsScript(windows: readonly DesiredWindow[]): string {
  return windows.flatMap((window) => [windowLine(window), ...window.panes.map(paneLine)]).join("\n");
}

function windowLine({ name, arrangement, title, focus, layout, main }: DesiredWindow): string {
  return callWith("window", [name, arrangement, focus ? "1" : "", layout, main, title]);
}

function paneLine({ hash, size, title, focus, workdir, command, env }: DesiredPane): string {
  const variables = sortedEntries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  return callWith("pane", [hash, size, title, workdir, command, variables.join("; "), focus ? "1" : ""]);
}

function callWith(call: string, values: readonly string[]): string {
  return [call, ...values.map(shellWord)].join(" ");
}
