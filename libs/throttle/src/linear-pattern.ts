import { RE2JS, RE2JSException } from 're2js';

/**
 * Instructions of a compiled pattern times characters of text that one `matches` may cost: at worst about
 * 10 ns each, thus a third of a second. Real patterns (20 instructions) may read 1.6 million characters.
 */
const maxSteps = 32_000_000;
const maxInstructions = 2_000;

/** A regular expression whose time is bounded by the length of the text (RE2, no backtracking). */
export class LinearPattern {
  readonly #pattern: RE2JS;
  readonly #maxCharacters: number;

  /** @throws Error with a message for the rule's author */
  constructor(source: string) {
    this.#pattern = compile(source);
    const instructions = this.#pattern.programSize();
    if (instructions > maxInstructions) {
      throw new Error('the regular expression is too large: shorten its repetitions');
    }
    this.#maxCharacters = Math.floor(maxSteps / instructions);
  }

  /**
   * True when the pattern is found anywhere in the text.
   * @throws RangeError when the text is too long for a pattern of this size
   */
  test(text: string): boolean {
    if (text.length > this.#maxCharacters) {
      throw new RangeError(
        `matches: a text of ${text.length} characters is too long for this pattern (at most ${this.#maxCharacters})`,
      );
    }
    return this.#pattern.test(text);
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) {
      const reason = error.message.replace(/^error parsing regexp: /, '');
      throw new Error(`not a regular expression (RE2 syntax): ${reason}`, { cause: error });
    }
    throw error;
  }
}
