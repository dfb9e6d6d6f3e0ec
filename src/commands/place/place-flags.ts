/** Flags of `fleet place`. Hosts are written as for `host`. */
export interface PlaceFlags {
  readonly write?: boolean;
  readonly rebalance?: boolean;
  readonly drain?: string;
  readonly undrain?: string;
  /** Names with commas between. */
  readonly lost?: string;
  /** Names with commas between. */
  readonly ended?: string;
  /** The most agents on their way at a time. */
  readonly maxMoves?: number;
}
