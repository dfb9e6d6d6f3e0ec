import type { AgentConfig } from "../../config/types.ts";

/** Returns a duration in ms as systemd has it. */
export function seconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/**
 * Escapes `%`, which begins a specifier in most directives (systemd.unit(5)), but not in resource limits such
 * as CPUQuota=20%.
 */
export function escapeSpecifiers(value: string): string {
  return value.replaceAll("%", "%%");
}

/**
 * Protects the end of a line: a backslash there continues the line, and systemd drops blanks
 * (systemd.syntax(7)).
 */
export function endLine(value: string): string {
  return value.endsWith("\\") ? `${value} ` : value;
}

/**
 * Escapes a path for EnvironmentFile=, which takes a glob(7) pattern and no quotes (systemd.exec(5)). systemd
 * would drop a blank at its end, and also one after a backslash (systemd.syntax(7)).
 */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]\\]/g, "\\$&").replace(/ $/, "[ ]");
}

/** Returns a value of an agent's worktree; that of a list has a line for each entry. */
export function worktreeText(
  { worktree }: Pick<AgentConfig, "worktree">,
  key: "repo" | "branch" | "from" | "path" | "copy" | "link",
): string | undefined {
  const value = worktree?.[key];
  return typeof value === "object" ? value.join("\n") || undefined : value;
}
