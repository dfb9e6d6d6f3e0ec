import type { Entry, Sandbox } from "../rig/sandbox.ts";

/** Panes of a tmux server, each with a mark of any touch. */
const paneFormat = "#{session_id} #{session_name} #{pane_id} #{pane_pid} #{pane_dead} #{@mosaic_agent}";

/**
 * Returns everything of the user that a run of `fleet` could change, as lines that are equal if and only if nothing
 * was: files with inode and times, units with main process and invocation, the manager's last reload, sessions and
 * panes.
 */
export async function machineState(box: Sandbox): Promise<readonly string[]> {
  const parts = await Promise.all([
    box.entries("~", { without: [".cache"] }).then((entries) => entries.map(lineOf)),
    unitState(box, "*.service"),
    box.sh("systemctl --user show --property=GeneratorsFinishTimestampMonotonic").then(linesOf),
    sessionState(box, "mosaic-factory"),
  ]);
  return parts.flat();
}

function lineOf({ path, kind, mode, inode, writtenNs, changedNs, link }: Entry): string {
  return `${path} ${kind}${mode} ${inode} ${writtenNs} ${changedNs} ${link}`;
}

/** Returns the loaded units that match, with main process and invocation, which are new after every start. */
export async function unitState(box: Sandbox, ...patterns: readonly string[]): Promise<readonly string[]> {
  const properties = "Id,ActiveState,SubState,MainPID,InvocationID,NeedDaemonReload";
  const shown = await box.sh(
    `systemctl --user show --property=${properties} ${patterns.map((pattern) => `'${pattern}'`).join(" ")}`,
  );
  const units = shown.split("\n\n").map((block) => linesOf(block).toSorted().join(" "));
  // The bus starts with its first client, such as the tmux of a test's own terminal.
  return units.filter((unit) => unit !== "" && !/ Id=dbus\b/.test(unit)).toSorted();
}

/** Returns all panes of the tmux server on a socket; nothing if none listens. */
export async function sessionState(box: Sandbox, socket: string): Promise<readonly string[]> {
  const ran = await box.run(["tmux", "-N", "-L", socket, "list-panes", "-a", "-F", paneFormat]);
  return linesOf(ran.stdout).toSorted();
}

/** Returns the non-blank lines of a text. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter(Boolean);
}
