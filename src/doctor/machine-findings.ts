import { controllers as wanted } from "../desired/files/directive.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { CheckName, Finding } from "./finding.ts";
import { isOldTmux } from "./old-tmux.ts";

/** The facts about the machine and the account, whatever the fleet. */
export interface MachineFacts {
  /** The answer of the user manager: its version. */
  readonly manager: Result<string>;
  /** The version of the installed tmux, such as `3.4`. */
  readonly tmux: Result<string>;
  /** True if the user manager runs without a login; undefined if unknown. */
  readonly lingering: boolean | undefined;
  /** The name of the account. */
  readonly user: string;
  /** The controllers of the user manager's control group; undefined if they cannot be read. */
  readonly controllers: readonly string[] | undefined;
}

/** Returns the findings on the machine. Pure. */
export function machineFindings({
  manager,
  tmux,
  lingering,
  user,
  controllers,
}: MachineFacts): readonly Finding[] {
  return [
    ...(manager.ok ? [] : problemFindings("user-manager", manager.diagnostics)),
    ...lingeringFindings(lingering, user),
    ...controllerFindings(controllers),
    ...(tmux.ok ? oldTmux(tmux.value) : problemFindings("tmux", tmux.diagnostics)),
  ];
}

/** Returns the findings for a question that failed. A question without an answer in time is not a failure. */
export function problemFindings(check: CheckName, problems: readonly Diagnostic[]): readonly Finding[] {
  const [problem, ...more] = problems;
  if (problem === undefined) return [];
  const severity =
    problem.severity === "warning" ? "warning" : problem.code === "command-timeout" ? "unknown" : "broken";
  return [{ check, severity, kind: "problem", problem, more: more.length }];
}

function lingeringFindings(lingering: boolean | undefined, user: string): readonly Finding[] {
  const check = "lingering";
  if (lingering === true) return [];
  return lingering === undefined
    ? [{ check, severity: "unknown", kind: "logout-unknown", user }]
    : [{ check, severity: "warning", kind: "ends-at-logout", user, fix: { kind: "enable-linger" } }];
}

function controllerFindings(controllers: readonly string[] | undefined): readonly Finding[] {
  const check = "controllers";
  if (controllers === undefined) return [{ check, severity: "unknown", kind: "controllers-unknown" }];
  const missing = wanted.filter((each) => !controllers.includes(each));
  return missing.length === 0 ? [] : [{ check, severity: "advice", kind: "controllers-missing", missing }];
}

function oldTmux(version: string): readonly Finding[] {
  return isOldTmux(version) ? [{ check: "tmux", severity: "advice", kind: "old-tmux", version }] : [];
}
