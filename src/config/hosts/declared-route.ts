import type { FleetConfig } from "../types.ts";

/** An entry of `hosts`. */
type HostConfig = NonNullable<FleetConfig["hosts"]>[string];

/** The use of each key of a host. A key of the schema without a line here does not compile. */
type Uses = EveryKey<{
  /** Its route: transport/find-route.ts does not compile without reading them. */
  ssh: "route";
  connect: "route";
  /** The program at the other end of the way. */
  node: "program";
  /** The choice of hosts for an agent or a command. */
  labels: "choice";
  weight: "choice";
  drain: "choice";
  state: "choice";
  /** The part of the fleet for it. */
  hostname: "part";
  defaults: "part";
}>;

type EveryKey<T extends Readonly<Record<keyof HostConfig, "route" | "program" | "choice" | "part">>> = T;

/** The declaration of a host, as far as it says how to reach it. */
export type DeclaredRoute = Pick<
  HostConfig,
  { [Key in keyof Uses]: Uses[Key] extends "route" ? Key : never }[keyof Uses]
>;
