import type { AgentConfig } from "../types.ts";

type WrittenWindows = NonNullable<AgentConfig["windows"]>;
type Pane = Exclude<WrittenWindows[string], false>["panes"][number];
type TextChange = (text: string) => string;

/** Returns windows with each text that may have placeholders replaced: commands, workdirs, variables, names. */
export function mapTexts(windows: WrittenWindows, change: TextChange): WrittenWindows {
  return mapPanes(windows, ({ command, workdir, env, name, ...rest }) => ({
    ...rest,
    ...(command === undefined
      ? {}
      : { command: typeof command === "string" ? change(command) : command.map(change) }),
    ...(workdir === undefined ? {} : { workdir: change(workdir) }),
    ...(env === undefined
      ? {}
      : { env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, change(value)])) }),
    ...(name === undefined ? {} : { name: change(name) }),
  }));
}

/** Returns windows with each workdir replaced. */
export function mapWorkdirs(windows: WrittenWindows, change: TextChange): WrittenWindows {
  return mapPanes(windows, (pane) =>
    pane.workdir === undefined ? pane : { ...pane, workdir: change(pane.workdir) },
  );
}

function mapPanes(windows: WrittenWindows, change: (pane: Pane) => Pane): WrittenWindows {
  return Object.fromEntries(
    Object.entries(windows).map(([name, window]) => [
      name,
      window === false ? window : { ...window, panes: window.panes.map(change) },
    ]),
  );
}
