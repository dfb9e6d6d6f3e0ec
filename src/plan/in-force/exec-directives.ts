/**
 * Directives of systemd.exec(5) that a process keeps from its parent or by its own process alone. An agent is a child of the
 * tmux server: in its unit, they reach the process that waits for it and nothing else (tried with systemd 252). What the
 * control group enforces (limits of memory, of devices, of the network) reaches the agent, and so do variables.
 */
const words = new Set([
  "AmbientCapabilities",
  "AppArmorProfile",
  "BindPaths",
  "BindReadOnlyPaths",
  "CapabilityBoundingSet",
  "CoredumpFilter",
  "DynamicUser",
  "ExecPaths",
  "ExtensionDirectories",
  "ExtensionImages",
  "Group",
  "IPCNamespacePath",
  "InaccessiblePaths",
  "KeyringMode",
  "LockPersonality",
  "MemoryDenyWriteExecute",
  "MountAPIVFS",
  "MountFlags",
  "MountImages",
  "NUMAMask",
  "NUMAPolicy",
  "NetworkNamespacePath",
  "Nice",
  "NoExecPaths",
  "NoNewPrivileges",
  "OOMScoreAdjust",
  "PAMName",
  "Personality",
  "ProcSubset",
  "ReadOnlyPaths",
  "ReadWritePaths",
  "RestrictAddressFamilies",
  "RestrictNamespaces",
  "RestrictRealtime",
  "RestrictSUIDSGID",
  "SELinuxContext",
  "SecureBits",
  "SmackProcessLabel",
  "SupplementaryGroups",
  "TemporaryFileSystem",
  "TimerSlackNSec",
  "UMask",
  "User",
  "WorkingDirectory",
]);

/** All that begin so are of this kind. */
const families =
  /^(?:CPUAffinity|CPUScheduling|IOScheduling|Private|Protect|Root|SystemCall|Limit(?!NOFILE$))/;

/** True for what systemd applies to the processes that it starts itself, and to no process of the agent. */
export function reachesOnlyTheWaiter(directive: string): boolean {
  return words.has(directive) || families.test(directive);
}
