/**
 * The members of a union whose property `Key` may have the value `Word`. Unlike `Extract`, it finds a member that shares its
 * data among several values.
 */
export type Variant<Union, Key extends PropertyKey, Word> =
  Union extends Readonly<Record<Key, infer Found>>
    ? [Extract<Found, Word>] extends [never]
      ? never
      : Union
    : never;
