import type { Way } from "../race.ts";

/** The steps of a way; each function gets the place made by the saver. */
interface Steps {
  readonly isMissing?: boolean;
  readonly setup?: (place: Place) => unknown;
  readonly save: (place: Place) => unknown;
  readonly teardown?: (place: Place) => unknown;
}

type Place = Readonly<Record<string, unknown>>;

export declare const ways: readonly (Way & Steps)[];
