interface Profiled {
  readonly profiles?: string | readonly string[] | undefined;
  readonly state?: "running" | "stopped" | undefined;
}

/** Returns the profiles of an entry as a list. */
export function profilesOf({ profiles: own = [] }: Profiled): readonly string[] {
  return typeof own === "string" ? [own] : own;
}

/** Returns the entries; one without an active profile is stopped, and says so. */
export function withActive<Entry extends Profiled>(
  entries: Readonly<Record<string, Entry>>,
  active: readonly string[],
): Record<string, Entry & { isInactive?: true }> {
  return Object.fromEntries(
    Object.entries(entries).map(([entryName, entry]) => {
      const own = profilesOf(entry);
      const counts = own.length === 0 || own.some((profile) => active.includes(profile));
      return [entryName, counts ? entry : { ...entry, state: "stopped" as const, isInactive: true as const }];
    }),
  );
}
