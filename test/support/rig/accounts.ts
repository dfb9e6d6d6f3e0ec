/**
 * Returns the user id of one of many sandboxes. The kernel counts inotify instances and processes of one account in all
 * sandboxes together: systemd takes three instances, the server of the rig one, and each `fleet watch` one, of 128.
 */
export function accountOf(at: number): number {
  return 2_001 + at;
}
