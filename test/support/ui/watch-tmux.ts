import type { Sandbox } from "../rig/sandbox.ts";

/** The calls to tmux of servers that start from now on. */
export interface WatchedTmux {
  /** The arguments of all calls. */
  readonly calls: () => Promise<readonly string[]>;
  /** Runs a script once, right before the next call that contains a text: as a quick person would. */
  readonly before: (text: string, script: string) => Promise<void>;
  /** The path of the real tmux. */
  readonly tmux: string;
}

/**
 * Puts a program in front of tmux, for each `serveUi` that follows. While ~/tmux.kill exists, it kills a third of the calls
 * after some milliseconds.
 */
export async function watchTmux(box: Sandbox): Promise<WatchedTmux> {
  const tmux = (await box.sh("command -v tmux")).trim();
  await box.write(
    "~/shim/tmux",
    `#!/bin/sh
printf '%s\\n' "$*" >>~/tmux.calls
if [ -e ~/tmux.before ]; then
  case "$*" in
    *"$(cat ~/tmux.text)"*) mv ~/tmux.before ~/tmux.now 2>/dev/null && sh ~/tmux.now ;;
  esac
fi
if [ -e ~/tmux.kill ] && [ $(($$ % 3)) = 0 ]; then
  echo >>~/tmux.killed
  exec timeout -s KILL 0.00$(($$ % 9 + 1)) ${tmux} "$@"
fi
exec ${tmux} "$@"
`,
  );
  await box.sh("chmod +x ~/shim/tmux");
  return {
    calls: async () => (await box.read("~/tmux.calls")).trim().split("\n"),
    async before(text, script) {
      await box.write("~/tmux.text", text);
      await box.write("~/tmux.before", script);
    },
    tmux,
  };
}
