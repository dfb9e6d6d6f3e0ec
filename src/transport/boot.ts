/** Defines a function that succeeds for the version of a node that runs the program. */
const fits =
  "fits() { case $1 in v20.19.*|v20.[2-9][0-9].*|v2[1-9].*|v[3-9][0-9].*|v[1-9][0-9][0-9].*) return 0;; esac; return 1; }";

/** Starts the program by a node of a known version. The time of `.used` is that of the last use. */
const starts = `${marks('"$d"')}; say "$k" go "$v"; exec "$n" "$d/cli.js" __remote "$k"`;

/** Returns the step that gives `.used` in a folder the present time, without a program. It may fail. */
function marks(folder: string): string {
  return `true 2>/dev/null >${folder}/.used`;
}

/**
 * The line of sh that starts the program on a host: `sh -c LINE fleet-boot HASH BYTES NONCE`.
 *
 * It has no single quote and no backslash, so it can stand between single quotes in sh, bash, zsh, ksh, fish, csh and
 * tcsh. Each of its own lines begins with `fleet-boot NONCE`, after a line break, because a login file may print
 * something without one. `need` asks for the archive on standard input, `go` says that node is about to start.
 * An archive counts only whole: it is unpacked next to its place, compared with its hash, and then renamed. A power cut may
 * empty files of it afterwards, so each start compares their size, and asks for the archive again if it differs.
 */
export const bootLine = joined([...bringsProgram(), ...findsNode()]);

/** The same with the path of a node of the host: `sh -c LINE fleet-boot HASH BYTES NONCE PATH`. */
export const bootLineWithPath = joined([
  'n=$4; set -- "$1" "$2" "$3"',
  ...bringsProgram(),
  fits,
  'v=$("$n" --version 2>/dev/null) && fits "$v" || { say "$k" badnode "$n $v"; exit 72; }',
  starts,
]);

/**
 * The same with node itself from the other machine: `sh -c LINE fleet-boot HASH BYTES NONCE NODE BYTES MACHINE LIBC`. Before
 * anything crosses, it compares the machine and the libc. Then `need-node` asks for the file, which also counts only whole.
 */
export const bootLineWithNode = joined([
  'x=$4; y=$5; z="$6 $7"; set -- "$1" "$2" "$3"',
  ...bringsProgram(),
  ...bringsNode(),
]);

function joined(steps: readonly string[]): string {
  return steps.join("; ").replaceAll("; do; ", "; do ").replaceAll("fi; fits", "fi; fits");
}

/** Returns the steps that bring the program. */
function bringsProgram(): readonly string[] {
  return [
    "umask 077",
    'say() { echo; echo "fleet-boot $@"; }',
    'c=${XDG_CACHE_HOME:-$HOME/.cache}/mosaic-fleet/tool; d=$c/$1; k=$3; w="$d/.whole"',
    // One program for all files: each costs a millisecond and more of every connection.
    'size() { s=0; for b in $(stat -c %s "$1"/*.js 2>/dev/null); do s=$((s+b)); done; echo $s; }',
    'whole() { u=; [ -f "$w" ] && read -r u <"$w"; [ -n "$u" ] && [ "$(size "$d")" = "$u" ]; }',
    'if ! whole; then mkdir -p "$c" && t=$(mktemp -d "$c/.new-XXXXXX") || { say "$k" nospace; exit 71; }',
    'drop() { rm -rf "$t"; say "$k" "$1"; exit 71; }',
    'say "$k" need',
    'head -c "$2" >"$t/b" || drop nospace',
    'set -- "$@" $(sha256sum <"$t/b"); [ "$4" = "$1" ] || drop torn',
    '{ gzip -dc <"$t/b" | tar -C "$t" -xf - && rm "$t/b" && size "$t" >"$t/.whole"; } || drop nospace',
    'whole || rm -rf "$d"; mv -T "$t" "$d" 2>/dev/null || rm -rf "$t"',
    'whole || { say "$k" damaged "$d"; exit 71; }; fi',
  ];
}

/** Returns the steps that find a node of the host, and start the program by it. */
function findsNode(): readonly string[] {
  return [
    fits,
    `for n in "$(command -v node)" ${[
      '"$HOME"/.local/bin',
      '"$HOME"/.nvm/versions/node/*/bin',
      '"$HOME"/.local/share/mise/installs/node/*/bin',
      '"$HOME"/.asdf/installs/nodejs/*/bin',
      '"$HOME"/.local/share/fnm/node-versions/*/installation/bin',
      '"$HOME"/.volta/bin',
      "/usr/local/bin",
      "/usr/bin",
      "/run/current-system/sw/bin",
    ]
      .map((folder) => `${folder}/node`)
      .join(" ")}; do`,
    '[ -x "$n" ] || continue; v=$("$n" --version 2>/dev/null) || continue',
    'fits "$v" || { o=$v; continue; }',
    `${starts}; done`,
    'say "$k" nonode "$o"; exit 72',
  ];
}

/** Returns the steps that bring node, and start the program by it. */
function bringsNode(): readonly string[] {
  return [
    "l=musl; case $(getconf GNU_LIBC_VERSION 2>/dev/null) in glibc*) l=glibc;; esac",
    'm="$(uname -m) $l"; [ "$m" = "$z" ] || { say "$k" othermachine "$m"; exit 73; }',
    `e=\${XDG_CACHE_HOME:-$HOME/.cache}/mosaic-fleet/node; n=$e/$x/node; ${marks('"$e/$x"')}`,
    'has() { [ -x "$n" ] && [ "$(wc -c <"$n")" -eq "$y" ]; }',
    'if ! has; then mkdir -p "$e" && t=$(mktemp -d "$e/.new-XXXXXX") || { say "$k" nospace; exit 71; }',
    'drop() { rm -rf "$t"; say "$k" "$1"; exit 71; }',
    // A killed shell leaves its part of node.
    'find "$e" -name ".new-*" -mmin +60 -exec rm -rf {} + 2>/dev/null',
    'say "$k" need-node',
    'head -c "$y" >"$t/node" || drop nospace',
    'set -- $(sha256sum <"$t/node"); [ "$1" = "$x" ] || drop torn',
    'chmod 700 "$t/node" || drop nospace',
    'has || rm -rf "$e/$x"; mv -T "$t" "$e/$x" 2>/dev/null || rm -rf "$t"',
    `has || { say "$k" damaged "$e/$x"; exit 71; }; ${marks('"$e/$x"')}; fi`,
    'v=$("$n" --version 2>&1) || { say "$k" nodefails "$v"; exit 72; }',
    starts,
  ];
}

/** An archive of the program, by its content. */
export interface Archive {
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
  /** Its length. */
  readonly bytes: number;
}

/** A node for machines that are alike. */
export interface NodeProgram extends Archive {
  /** The machine, as `uname -m` has it. */
  readonly machine: string;
  readonly libc: "glibc" | "musl";
}

/** Returns the line for the login shell of a host. With `node`, that one runs the program: one to be brought, or a path there. */
export function loginLine({ hash, bytes }: Archive, nonce: string, node?: NodeProgram | string): string {
  const words = `fleet-boot ${hash} ${bytes} ${nonce}`;
  if (node === undefined) return `exec sh -c '${bootLine}' ${words}`;
  // Every shell replaces a variable between double quotes, and not all of them a tilde.
  if (typeof node === "string")
    return `exec sh -c '${bootLineWithPath}' ${words} ${node.replace(/^~/, '"$HOME"')}`;
  return `exec sh -c '${bootLineWithNode}' ${words} ${node.hash} ${node.bytes} ${node.machine} ${node.libc}`;
}

/** A line of the boot, see bootLine. */
export type BootEvent =
  | { readonly kind: "need" }
  | { readonly kind: "need-node" }
  | { readonly kind: "go"; readonly node: string }
  | { readonly kind: "refused"; readonly reason: BootRefusal; readonly detail: string };

/** The reasons why a host cannot run the program. */
export type BootRefusal =
  "nospace" | "torn" | "damaged" | "nonode" | "badnode" | "othermachine" | "nodefails";

const refusals: readonly BootRefusal[] = [
  "nospace",
  "torn",
  "damaged",
  "nonode",
  "badnode",
  "othermachine",
  "nodefails",
];

/** Returns the event of a line; undefined for any other line. */
export function readBootLine(line: string, nonce: string): BootEvent | undefined {
  const [name, key, word, ...rest] = line.trimEnd().split(" ");
  if (name !== "fleet-boot" || key !== nonce) return undefined;
  const detail = rest.join(" ");
  if (word === "need" || word === "need-node") return { kind: word };
  if (word === "go") return { kind: "go", node: detail };
  const reason = refusals.find((each) => each === word);
  return reason === undefined ? undefined : { kind: "refused", reason, detail };
}
