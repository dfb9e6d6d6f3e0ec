/**
 * Directives of systemd.exec(5) for a process itself, inherited from its parent at most. An agent is a child
 * of the tmux server: in the agent's unit, these directives affect only the process waiting for it (tried
 * with systemd 252). Limits of the control group (memory, devices, network) affect the agent, and so do
 * variables.
 */
const wordDirectives = new Set([
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

/** Beginnings of further directives of this kind. */
const families =
  /^(?:CPUAffinity|CPUScheduling|IOScheduling|Private|Protect|Root|SystemCall|Limit(?!NOFILE$))/;

/**
 * Returns true for a directive that affects only systemd's own child processes, and no process of the agent.
 */
export function reachesOnlyTheWaiter(directive: string): boolean {
  return wordDirectives.has(directive) || families.test(directive);
}
