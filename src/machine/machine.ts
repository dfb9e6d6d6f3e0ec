/** The account of the fleet, with its paths. Injected, so tests can describe another machine. */
export interface Machine {
  /** Absolute path of the home directory. */
  readonly home: string;
  /** $HOME in the user's own spelling, if that differs from `home` but leads to the same folder. */
  readonly homeAsSpelled?: string | undefined;
  readonly uid: number;
  /** Absolute: $XDG_CONFIG_HOME, or ~/.config. */
  readonly configHome: string;
  /** Absolute: $XDG_CACHE_HOME, or ~/.cache. */
  readonly cacheHome: string;
  /** Absolute: $XDG_STATE_HOME; undefined for ~/.local/state. */
  readonly stateHome?: string | undefined;
  /** Absolute: $XDG_RUNTIME_DIR, or /run/user/UID. */
  readonly runtimeDir: string;
  /** True if configHome came from $XDG_CONFIG_HOME: the user manager may not read units from there. */
  readonly configHomeIsCustom: boolean;
}
