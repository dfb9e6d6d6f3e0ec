import { Counter, Gauge, type Registry } from "prom-client";

/** The maker of the series of one registry. Their names get the prefix of the program. */
export interface SeriesMaker {
  readonly gauge: <Label extends string = never>(
    name: string,
    help: string,
    ...labels: Label[]
  ) => Gauge<Label>;
  readonly counter: <Label extends string = never>(
    name: string,
    help: string,
    ...labels: Label[]
  ) => Counter<Label>;
}

/** The beginning of all names. */
export const metricPrefix = "mosaic_fleet_";

/** Returns the maker for a registry. */
export function seriesIn(registry: Registry): SeriesMaker {
  const registers = [registry];
  return {
    gauge: (name, help, ...labelNames) =>
      new Gauge({ name: `${metricPrefix}${name}`, help, labelNames, registers }),
    counter: (name, help, ...labelNames) =>
      new Counter({ name: `${metricPrefix}${name}`, help, labelNames, registers }),
  };
}
