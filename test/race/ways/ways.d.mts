import type { Way } from "../race.ts";

/** What a way does; each function gets the place that the saver makes for it. */
interface Steps {
  readonly isMissing?: boolean;
  readonly setup?: (place: Place) => unknown;
  readonly save: (place: Place) => unknown;
  readonly teardown?: (place: Place) => unknown;
}

type Place = Readonly<Record<string, unknown>>;

export declare const ways: readonly (Way & Steps)[];
