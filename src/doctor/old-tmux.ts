/** The first version of tmux whose server survives the focus report of a dead pane (tmux/tmux#3776). */
const sound = [3, 5] as const;

/** Returns true for a version such as `3.3a` whose server can end at a dead pane. A version without a number is not old. */
export function isOldTmux(version: string): boolean {
  const [, major, minor] = /^(?:next-)?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < sound[0] || (Number(major) === sound[0] && Number(minor) < sound[1]);
}
