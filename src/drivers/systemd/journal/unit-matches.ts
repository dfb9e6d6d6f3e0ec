import { fieldText } from "./journal-fields.ts";

const suffix = ".service";

/**
 * Returns the matches of journalctl for all entries about units of this account: of their processes, of systemd about them, and
 * of processes that ended before journald could look up their unit. Such an entry only has the identifier of its output, and
 * that is the name of the unit without `.service` (systemd/systemd#2913). --user-unit leaves it out. Terms of one field are
 * alternatives, and `+` separates alternatives of several fields (journalctl(1)).
 */
export function unitMatches(
  units: readonly string[],
  uid: number | undefined = process.getuid?.(),
): readonly string[] {
  const account = uid === undefined ? [] : [`_UID=${uid}`];
  return [
    ...units.map((unit) => `_SYSTEMD_USER_UNIT=${unit}`),
    ...account,
    "+",
    ...units.map((unit) => `USER_UNIT=${unit}`),
    ...account,
    "+",
    ...units.map((unit) => `SYSLOG_IDENTIFIER=${unit.slice(0, -suffix.length)}`),
    ...account,
  ];
}

/**
 * Returns the unit of an entry among these; undefined for an entry of other units. The kernel names the unit of a process,
 * and systemd and the start script the unit of a message about it. Its identifier counts only without both.
 */
export function unitOfEntry(
  fields: Readonly<Record<string, unknown>>,
  units: Pick<ReadonlySet<string>, "has">,
): string | undefined {
  const named = [fields["USER_UNIT"], fields["_SYSTEMD_USER_UNIT"]].map(fieldText);
  const known = named.filter((name) => name !== undefined);
  const identifier = fieldText(fields["SYSLOG_IDENTIFIER"]);
  const candidates = known.length > 0 || identifier === undefined ? known : [`${identifier}${suffix}`];
  return candidates.find((name) => units.has(name));
}
