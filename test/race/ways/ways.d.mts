import type { Way } from "../race.ts";

export declare const ways: readonly Way[];
