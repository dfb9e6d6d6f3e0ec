/** A shared connection: that of the user's own configuration, one of ours, or none. */
export type Sharing =
  { readonly kind: "user" } | { readonly kind: "ours"; readonly path: string } | { readonly kind: "none" };

/** The time for a connection to a machine, and the silence that ends one: s, and how many of them. */
const sshTimeouts = { connect: 5, alive: 5, lost: 3 } as const;

/**
 * Returns the arguments of ssh that run a line on a machine. BatchMode never asks: an unknown key is a failure. The user's
 * own configuration has all else.
 */
export function sshArguments(target: string, line: string, sharing: Sharing): readonly string[] {
  return ["-T", ...options, "-oRemoteCommand=none", ...sharingOptions(sharing), "--", target, line];
}

/** Returns the arguments of ssh that run a line on a machine with this terminal. */
export function terminalArguments(target: string, line: string, sharing: Sharing): readonly string[] {
  return ["-t", ...options, "-oRemoteCommand=none", ...sharingOptions(sharing), "--", target, line];
}

/** Returns the arguments of ssh that log in with questions about the key of the machine, and with no password. */
export function trustArguments(target: string): readonly string[] {
  return [
    "-T",
    ...options.filter((option) => option !== batch),
    "-oStrictHostKeyChecking=ask",
    "-oPasswordAuthentication=no",
    "-oKbdInteractiveAuthentication=no",
    "-oRemoteCommand=none",
    ...sharingOptions({ kind: "none" }),
    "--",
    target,
    "true",
  ];
}

/** ssh asks nothing. */
const batch = "-oBatchMode=yes";

const options = [
  batch,
  `-oConnectTimeout=${sshTimeouts.connect}`,
  `-oServerAliveInterval=${sshTimeouts.alive}`,
  `-oServerAliveCountMax=${sshTimeouts.lost}`,
  "-oClearAllForwardings=yes",
  "-oForwardAgent=no",
  "-oPermitLocalCommand=no",
];

function sharingOptions(sharing: Sharing): readonly string[] {
  switch (sharing.kind) {
    case "user":
      return [];
    case "ours":
      return ["-oControlMaster=auto", `-oControlPath=${sharing.path}`, "-oControlPersist=60s"];
    case "none":
      return ["-oControlMaster=no", "-oControlPath=none"];
  }
}

/** The settings of ssh for a machine, as far as they matter here. */
export interface SshSettings {
  /** The path of the user's shared connection; undefined without one. */
  readonly controlPath: string | undefined;
  /** The jump host; undefined without one. */
  readonly proxyJump: string | undefined;
}

/** Reads the output of `ssh -G TARGET`. */
export function readSshSettings(output: string): SshSettings {
  const values = new Map(
    output.split("\n").flatMap((line) => {
      const at = line.indexOf(" ");
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  const given = (key: string): string | undefined => {
    const value = values.get(key);
    return value === undefined || value === "none" ? undefined : value;
  };
  return { controlPath: given("controlpath"), proxyJump: given("proxyjump") };
}
