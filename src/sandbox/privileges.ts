import { existsSync, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import needs from "./needs.json" with { type: "json" };

/** A way into the sandbox: as root with a control group made by hand, or in a scope of the caller's user manager. */
export type SandboxMode = RootWay | UserWay;

interface RootWay {
  readonly kind: "root";
  /** The mount point of cgroup v2. */
  readonly tree: string;
}

interface UserWay {
  readonly kind: "user";
  /** The mount point of cgroup v2. */
  readonly tree: string;
  /** $XDG_RUNTIME_DIR of the caller. */
  readonly runtimeDir: string;
}

/** The facts for the choice of a way. */
export interface SandboxCaller {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The f_type of cgroup v2 in statfs(2), from linux/magic.h. */
const cgroup2Magic = 0x63677270;

/** The mount points of cgroup v2: alone, or next to v1 in systemd's hybrid layout. */
const trees = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] as const;

/** Returns this caller's way in, or the missing prerequisite. */
export function findSandboxMode(at: SandboxCaller): Result<SandboxMode> {
  const missing = needs.filter(({ program }) => !onPath(program, at.env["PATH"]));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((need) => need.package))].join(" ");
    return fail(
      "missing-program",
      `missing for the sandbox: ${missing.map((need) => need.program).join(", ")}`,
      {
        hint: `On Debian and Ubuntu: apt-get install ${packages}`,
      },
    );
  }
  const tree = trees.find(isCgroup2);
  if (tree === undefined) {
    return fail("sandbox-failed", "no cgroup v2", {
      detail:
        "The sandbox's systemd needs a cgroup v2 hierarchy at /sys/fs/cgroup or /sys/fs/cgroup/unified.",
      hint: "Boot with systemd.unified_cgroup_hierarchy=1; in a container, mount cgroup2 there.",
    });
  }
  if (at.uid === 0) return ok({ kind: "root", tree });
  const runtimeDir = at.env["XDG_RUNTIME_DIR"] ?? `/run/user/${at.uid}`;
  if (!existsSync(join(runtimeDir, "systemd/private"))) {
    return fail("no-user-manager", "no systemd user manager is running for you", {
      detail: `The sandbox needs root, or a user manager to borrow a control group from; there is none at ${runtimeDir}.`,
      hint: "Log in through ssh or a console instead of su, run `loginctl enable-linger` once, or use root.",
    });
  }
  return ok({ kind: "user", tree, runtimeDir });
}

function onPath(program: string, path = ""): boolean {
  return path.split(delimiter).some((directory) => existsSync(join(directory, program)));
}

function isCgroup2(directory: string): boolean {
  try {
    return statfsSync(directory).type === cgroup2Magic;
  } catch {
    return false;
  }
}
