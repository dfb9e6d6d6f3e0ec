import type { AgentConfig } from "../../config/types.ts";
import type { Preset } from "../../runtimes/preset.ts";
import type { Layout } from "../layout.ts";
import type { Pace } from "../pace.ts";
import { escapeSpecifiers } from "./directive-values.ts";
import type { DropInVariable } from "../env/script-variables.ts";

/** The deviations of one agent's drop-in from the template. */
export interface DropInSettings {
  /** The entry with the defaults. An undefined key means: as in the template. */
  readonly agent: AgentConfig;
  /** Units to be started before this one. */
  readonly after: readonly string[];
  /** Units started together with this one. */
  readonly wants: readonly string[];
  /** Names of the jobs that must be completed before. */
  readonly awaits: readonly string[];
  /** Names of the agents to start once this job is completed. */
  readonly awaitedBy: readonly string[];
  /** Absolute paths, read before the agent's own env file, whose values win. */
  readonly envFiles: readonly string[];
  /** The groups in which it waits for its turn to start. */
  readonly paces: readonly Pace[];
  /** The facts about its program, if that is a known one. */
  readonly preset?: Preset | undefined;
}

/** The controllers of the kernel for limits (systemd.resource-control(5)), and for the figures of status. */
export const controllers = ["memory", "cpu", "pids"] as const;

/** A controller of the kernel. */
export type Controller = (typeof controllers)[number];

/** A directive of systemd in a drop-in of the fleet. */
export interface Directive {
  readonly section: "Unit" | "Service";
  readonly name: string;
  /** The variable that an `Environment` sets. */
  readonly variable?: DropInVariable;
  /** True if the value is a number, size, time or word of systemd: it cannot carry a secret and may be shown. */
  readonly isPlain: boolean;
  /** True if the value is a command, which may contain a secret: then only the user may read the file. */
  readonly isCommand?: boolean;
  /** The controller that gives a limit its effect. */
  readonly controller?: Controller;
  /** The value, or several for a list. None leaves the directive out. */
  readonly values: (settings: DropInSettings, layout: Layout) => DirectiveValue | readonly string[];
}

/** One value of a directive; undefined leaves it out. */
export type DirectiveValue = string | number | undefined;
type Read = (agent: AgentConfig) => DirectiveValue;

/** Returns a directive with a value that may carry a secret. */
export function textDirective(
  section: Directive["section"],
  name: string,
  values: Directive["values"],
): Directive {
  return { section, name, isPlain: false, values };
}

/** Returns a directive with a number, a size, a time or a word of systemd. */
export function plainDirective(section: Directive["section"], name: string, read: Read): Directive {
  return { section, name, isPlain: true, values: ({ agent }) => read(agent) };
}

/** Returns a limit of the control group. */
export function limitDirective(name: string, controller: Controller, read: Read): Directive {
  return { ...plainDirective("Service", name, read), controller };
}

/** Returns an assignment of a variable for the start script, quoted as systemd.syntax(7) has it. */
export function scriptVariable(
  name: DropInVariable,
  read: (settings: DropInSettings) => DirectiveValue,
): Directive {
  return {
    ...textDirective("Service", "Environment", (settings) => {
      const value = read(settings);
      if (value === undefined) return undefined;
      const escaped = escapeSpecifiers(String(value)).replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
      return `"${name}=${escaped}"`;
    }),
    variable: name,
  };
}

/** Returns an assignment of a variable with a command. */
export function commandVariable(
  name: DropInVariable,
  read: (settings: DropInSettings) => DirectiveValue,
): Directive {
  return { ...scriptVariable(name, read), isCommand: true };
}
