/**
 * The variables of a run that asks logind, although a sandbox has no system bus. A test puts a `loginctl` of its own
 * first on the PATH of such a run.
 */
export const asksLogind = { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/run/dbus/of-a-test" } as const;

/** The same variables in the form of env(1). */
export const asksLogindWords: readonly string[] = Object.entries(asksLogind).map(
  ([name, value]) => `${name}=${value}`,
);
