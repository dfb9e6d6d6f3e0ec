import type { AgentConfig } from "../types.ts";

type Windows = NonNullable<AgentConfig["windows"]>;
type Pane = Exclude<Windows[string], false>["panes"][number];
type Change = (text: string) => string;

/** Returns windows with each text that may have placeholders replaced: commands, workdirs, variables, names. */
export function mapTexts(windows: Windows, change: Change): Windows {
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
export function mapWorkdirs(windows: Windows, change: Change): Windows {
  return mapPanes(windows, (pane) =>
    pane.workdir === undefined ? pane : { ...pane, workdir: change(pane.workdir) },
  );
}

function mapPanes(windows: Windows, change: (pane: Pane) => Pane): Windows {
  return Object.fromEntries(
    Object.entries(windows).map(([name, window]) => [
      name,
      window === false ? window : { ...window, panes: window.panes.map(change) },
    ]),
  );
}
