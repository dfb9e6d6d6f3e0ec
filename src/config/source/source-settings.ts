/** The Git repository behind a watch, and the required signatures: the content of source.yaml. */
export interface GitSettings {
  /** The name of the fleet, which the pulled file must have. */
  readonly fleet: string;
  /** The address of the repository, as git takes it. */
  readonly git: string;
  /** The full name of the branch or tag. */
  readonly ref: string;
  /** The path of the fleet file in the repository. */
  readonly path: string;
  /** The host of the fleet this machine is; undefined to go by the name of the machine. */
  readonly host: string | undefined;
  /** The time between two fetches, ms, give or take a tenth. */
  readonly intervalMs: number;
  readonly verify: Verification;
}

/** The demanded signatures. */
export type Verification =
  | { readonly kind: "none" }
  | {
      readonly kind: "signers";
      /** The file with the keys, as ssh-keygen(1) describes it; absolute, or below `~/`. */
      readonly allowedSigners: string;
      readonly commits: SignedCommits;
    };

/** The signed objects: the newest commit, each commit since the applied one, or the tag. */
export type SignedCommits = "head" | "all" | "tag";

export const signedCommits: readonly SignedCommits[] = ["head", "all", "tag"];

export const defaultRef = "refs/heads/main";
export const defaultPath = "fleet.yaml";
export const defaultIntervalMs = 60_000;

/** The shortest interval, ms: a server does not thank for more. */
export const leastIntervalMs = 5_000;

/** The protocols git may use. Others can run programs, or read files of this machine. */
const protocols = ["ssh", "https", "file", "git"] as const;

/** A protocol of git. */
export type Protocol = (typeof protocols)[number];

/**
 * Returns the protocol of an address; undefined for one git must not get. `host:path` and `user@host:path` mean ssh, as
 * for git, and an absolute path is a file.
 */
export function protocolOf(address: string): Protocol | undefined {
  if (/[\p{Cc}\s]/u.test(address) || address.includes("::")) return undefined;
  if (address.startsWith("/")) return "file";
  if (address.includes("://")) {
    const [, scheme] = /^([a-z]+):\/\/[^-]/.exec(address) ?? [];
    return protocols.find((each) => each === scheme);
  }
  return /^(?:[\w.][\w.-]*@)?\w[\w.-]*:[^-]/.test(address) ? "ssh" : undefined;
}

/** Returns true for an address with a password, which would be shown and logged. */
export function hasPassword(address: string): boolean {
  return /^[a-z+]+:\/\/[^/@]*:[^/@]*@/.test(address);
}

/** Returns the full name of a branch or tag: `main` is a branch. Undefined for a name Git does not allow. */
export function fullRef(name: string): string | undefined {
  const ref = name.startsWith("refs/") ? name : `refs/heads/${name}`;
  const isAllowed =
    /^refs\/(?:heads|tags)\/./.test(ref) &&
    ref.length <= 250 &&
    !/[\p{Cc}\p{Cf}\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\/-|\.lock(?:\/|$)|[./]$/u.test(ref);
  return isAllowed ? ref : undefined;
}

/** Returns true for a path in the repository, if no program takes it for an option. */
export function isRepositoryPath(path: string): boolean {
  const parts = path.split("/");
  return (
    path.length <= 1_000 &&
    !/[\p{Cc}\\]/u.test(path) &&
    parts.every((part) => part !== "" && part !== "." && part !== ".." && !/^(?:-|\.git$)/i.test(part))
  );
}
