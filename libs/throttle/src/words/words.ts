/** A part of a sentence that readers have to tell from its words. */
interface Term {
  /** The name of an annotation, a string that it is compared with, the name of a list, or an expression or pattern. */
  readonly kind: 'annotation' | 'value' | 'list' | 'expression';
  readonly text: string;
}

/** A sentence, or a part of one. */
export type Words = readonly (string | Term)[];

/** Puts a separator between the parts. */
export function joined(parts: readonly Words[], separator: string): Words {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}
