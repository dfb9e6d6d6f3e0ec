/** What the fleet needs to know of the account that it runs for. Injected, so that another host can be described. */
export interface Machine {
  /** Absolute path of the home directory. */
  readonly home: string;
  /** $HOME as it is spelled, if that is another spelling or another way to the same folder. */
  readonly homeAsSpelled?: string | undefined;
  readonly uid: number;
  /** Absolute: $XDG_CONFIG_HOME, or ~/.config. */
  readonly configHome: string;
  /** Absolute: $XDG_CACHE_HOME, or ~/.cache. */
  readonly cacheHome: string;
  /** Absolute: $XDG_RUNTIME_DIR, or /run/user/UID. */
  readonly runtimeDir: string;
  /** True where configHome came from $XDG_CONFIG_HOME: the user manager may not read units from there. */
  readonly configHomeIsCustom: boolean;
}
