/** The formats fleet imports. */
export const formats = [
  "tmuxp",
  "tmuxinator",
  "smug",
  "procfile",
  "process-compose",
  "mprocs",
  "pm2",
  "teamocil",
  "zellij",
  "workmux",
] as const;

/** A format of another tool. */
export type ImportFormat = (typeof formats)[number];
