/** Every way in which two collectors can differ, with the words for it. */
export const differenceKinds = {
  no_answer: 'no answer',
  late_answer: 'late answer',
  answer: 'different answers',
  answer_text: 'same answer in other words',
  throttling: 'throttled differently',
  throttle_share: 'decided by chance, but more often in one direction',
  not_stored: 'acknowledged, but not stored',
  stored_by_neither: 'acknowledged by both, but stored by neither',
  damaged_object: 'stored object is damaged',
  only_in_a: 'crash only in a',
  only_in_b: 'crash only in b',
  key_only_in_a: 'key of the raw crash only in a',
  key_only_in_b: 'key of the raw crash only in b',
  value: 'value in the raw crash differs',
  value_type: 'type in the raw crash differs',
  number_spelling: 'same number in another notation',
  note_only_in_a: 'note only in a',
  note_only_in_b: 'note only in b',
  dump_names: 'list of dump names differs',
  dump_only_in_a: 'dump only in a',
  dump_only_in_b: 'dump only in b',
  dump_bytes: 'bytes of a dump differ',
  checksum: 'state of a checksum differs',
} as const;

export type DifferenceKind = keyof typeof differenceKinds;

export function isDifferenceKind(text: unknown): text is DifferenceKind {
  return typeof text === 'string' && Object.hasOwn(differenceKinds, text);
}

export interface Difference {
  readonly kind: DifferenceKind;
  /** What differs, such as a key; differences with the same kind and subject are counted together. */
  readonly subject: string;
  /** What each side has, for an example. */
  readonly a?: string;
  readonly b?: string;
}

/** Which reports differ. */
export interface Occurrence {
  /** The kind and number of a report that was sent. */
  readonly report?: string;
  readonly crashIdA?: string;
  readonly crashIdB?: string;
}
