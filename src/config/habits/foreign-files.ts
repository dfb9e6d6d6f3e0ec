/** A file of another tool, or another file of this one. */
export interface ForeignFile {
  /** Completes "this is …". */
  readonly what: string;
  readonly hint: string;
  /** The key that identifies the tool. */
  readonly key: string;
}

interface Mark {
  readonly what: string;
  readonly hint: string;
  /** All of these are keys of the root. */
  readonly keys: readonly string[];
}

const begin = "begin with fleet init";
const imported = "fleet import FILE prints it as a fleet.yaml";

const marks: readonly Mark[] = [
  {
    what: "a tmuxp file",
    keys: ["windows", "session_name"],
    hint: imported,
  },
  {
    what: "a tmuxinator file",
    keys: ["windows", "root"],
    hint: imported,
  },
  {
    what: "a process-compose file",
    keys: ["processes"],
    hint: imported,
  },
  {
    what: "a compose file",
    keys: ["services"],
    hint: `${begin}; agents are programs of this machine, not containers`,
  },
  {
    what: "an mprocs file",
    keys: ["procs"],
    hint: imported,
  },
  {
    what: "a pm2 file",
    keys: ["apps"],
    hint: imported,
  },
  { what: "a Kubernetes file", keys: ["apiVersion", "kind"], hint: begin },
  { what: "a GitHub Actions workflow", keys: ["jobs", "on"], hint: begin },
  { what: "a package.json", keys: ["dependencies", "name"], hint: begin },
  { what: "a package.json", keys: ["scripts", "name"], hint: begin },
  {
    what: "a saved plan of mosaic-fleet",
    keys: ["formatVersion", "actions"],
    hint: "apply it with fleet apply FILE",
  },
  {
    what: "a snapshot of mosaic-fleet",
    keys: ["formatVersion", "machine"],
    hint: "plan against it with fleet plan --against FILE",
  },
  { what: "a JSON Schema", keys: ["$schema", "properties"], hint: "name the fleet file that it describes" },
];

/** Keys that only a fleet.yaml has: next to one of them, another key is a mistake in a fleet.yaml. */
const ours = ["agents", "runtimes", "defaults"];

/**
 * Returns the tool of a file, by the keys of its root; undefined for a fleet.yaml and an unknown tool. Pure.
 */
export function foreignFile(root: unknown): ForeignFile | undefined {
  if (typeof root !== "object" || root === null || Array.isArray(root)) return undefined;
  const has = (key: string): boolean => Object.hasOwn(root, key);
  if (ours.some(has) || isOfServices(root)) return undefined;
  const found = marks.find(({ keys }) => keys.every(has));
  if (found !== undefined) return { what: found.what, hint: found.hint, key: found.keys[0] ?? "" };
  return isProcfile(root)
    ? {
        what: "a Procfile",
        hint: imported,
        key: Object.keys(root)[0] ?? "",
      }
    : undefined;
}

/** Returns true for a fleet.yaml with services alone. The version of a compose file is a text, and 2 or 3. */
function isOfServices(root: object): boolean {
  return Object.hasOwn(root, "services") && "version" in root && root.version === 1;
}

/** Returns true for `web: bundle exec …`: nothing except names and commands. */
function isProcfile(root: object): boolean {
  const values = Object.entries(root);
  return (
    values.length > 0 &&
    !Object.hasOwn(root, "version") &&
    values.every(
      ([name, value]) => /^[\w-]+$/.test(name) && typeof value === "string" && /^\S+ +\S/.test(value),
    )
  );
}

const foreignTexts: readonly { readonly what: string; readonly pattern: RegExp; readonly hint: string }[] = [
  {
    what: "a systemd unit",
    pattern: /^\[(?:Unit|Service|Install|Timer)\]\s*$/m,
    hint: `${begin}; ExecStart becomes command, Environment env`,
  },
  {
    what: "a file for supervisord",
    pattern: /^\[(?:program|group):[^\]]+\]\s*$/m,
    hint: `${begin}; each program becomes an agent`,
  },
  {
    what: "a TOML or INI file",
    pattern: /^\[\[?[\w.-]+\]\]?[ \t]*\r?\n[\w.-]+[ \t]*=/m,
    hint: begin,
  },
  {
    what: "a Terraform file",
    pattern: /^(?:resource|provider|terraform|module|variable)\b[^\n:]*\{\s*$/m,
    hint: begin,
  },
  { what: "a script", pattern: /^#!\s*\//, hint: `${begin}; a script can be the command of an agent` },
  { what: "a web page", pattern: /^\s*<(?:!doctype|html)\b/i, hint: "download the file itself" },
];

/** Returns the kind of a text that is no map of YAML; undefined if it is unknown. Pure. */
export function foreignText(text: string): { readonly what: string; readonly hint: string } | undefined {
  const beginning = text.slice(0, 20_000);
  if (isEnvFile(beginning)) {
    return { what: "a file of environment variables", hint: "name it under envFiles in fleet.yaml" };
  }
  return foreignTexts.find(({ pattern }) => pattern.test(beginning));
}

/** Returns true for NAME=value lines and comments alone. */
function isEnvFile(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  return lines.length > 0 && lines.every((line) => /^(?:export )?[A-Za-z_]\w*=/.test(line));
}
