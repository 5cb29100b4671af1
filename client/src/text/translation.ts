/** Sentences by key, nested as the screen is; `{{name}}` is filled in, a key with `_other` is chosen by count. */
export interface Sentences {
  readonly [key: string]: string | Sentences;
}

/**
 * What the second language must say when the first one says `First`: the same keys, no more and no fewer. Chinese has
 * one plural form, English two: beside each `key_other` English owes a `key_one`.
 */
export type Translation<First> = {
  readonly [Key in keyof First]: First[Key] extends string ? string : Translation<First[Key]>;
} & {
  readonly [Key in keyof First as Key extends `${infer Base}_other` ? `${Base}_one` : never]: string;
};
