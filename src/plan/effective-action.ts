/** An action that does something to an agent. */
export type EffectiveAction = "add" | "change" | "restart" | "start" | "stop" | "remove" | "adopt";
