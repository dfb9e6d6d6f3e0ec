const suffix = ".service";

/**
 * Returns the call of journalctl for all lines about a unit: of systemd, and of its processes, whose output has the name of
 * the unit as its identifier. `--user-unit` leaves out those of a process that ended before journald could look up its unit,
 * and that is most of all a process that fails at once.
 */
export function journalCommand(unit: string): string {
  return `journalctl USER_UNIT=${unit} + SYSLOG_IDENTIFIER=${unit.slice(0, -suffix.length)}`;
}
