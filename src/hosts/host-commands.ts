/**
 * A command on hosts: it reads, plans, takes the terminal, or changes something. Changes show a plan and ask first, unless
 * they interrupt no agent.
 */
type HostCommand = "reads" | "plans" | "takes-terminal" | "changes" | "asks-and-changes" | "rolls-back";

/** All commands with `--host`, except for those of the page and of sources, which reach hosts by themselves. */
export const hostCommands: Readonly<Record<string, HostCommand>> = {
  apply: "asks-and-changes",
  start: "asks-and-changes",
  restart: "asks-and-changes",
  stop: "asks-and-changes",
  adopt: "asks-and-changes",
  destroy: "asks-and-changes",
  rollback: "rolls-back",
  suspend: "changes",
  resume: "changes",
  send: "changes",
  keys: "changes",
  plan: "plans",
  diff: "plans",
  attach: "takes-terminal",
  exec: "takes-terminal",
  status: "reads",
  why: "reads",
  logs: "reads",
  events: "reads",
  history: "reads",
  snapshot: "reads",
  wait: "reads",
};
