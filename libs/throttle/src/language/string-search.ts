/** Searches strings for patterns and substrings, and calculates the maximum cost of each search in nanoseconds. */
import { RE2JS, RE2JSException } from 're2js';

/** Enough for every ordinary pattern, but not for nested repetitions. */
const maxInstructions = 2_000;
/** Measured: 10 ns with patterns like `(.|..|...){1000}$`, for which the engine has no shortcut. */
const stepsPerInstruction = 10;
/** Measured: up to 40 ns to decode a character and look up the next state. */
const stepsPerCharacter = 40;
/** Measured: up to 4 ns in strings that are not Latin-1. */
const searchStepsPerCharacter = 4;
/** Up to this length V8 skips through the string; longer substrings may cost their length at every character. */
const shortSubstring = 250;

/** A regular expression whose time is linear in the length of the string (RE2, no backtracking). */
export class LinearPattern {
  private readonly pattern: RE2JS;
  private readonly stepsPerCharacter: number;

  /** @throws Error with a message for the rule's author */
  constructor(source: string) {
    this.pattern = compile(source);
    const instructions = this.pattern.programSize();
    if (instructions > maxInstructions)
      throw new Error('the regular expression is too large: shorten its repetitions');
    this.stepsPerCharacter = stepsPerCharacter + instructions * stepsPerInstruction;
  }

  /** The maximum cost of `test`. */
  steps(string: string): number {
    return string.length * this.stepsPerCharacter;
  }

  /** Whether the pattern matches anywhere in the string. */
  test(string: string): boolean {
    return this.pattern.test(string);
  }
}

/**
 * The maximum cost of `string.includes(part)`. Both may come from a client, which could choose two strings of megabytes
 * for which the search takes minutes.
 */
export function searchSteps(string: string, part: string): number {
  if (part.length <= shortSubstring) return string.length * searchStepsPerCharacter;
  const positions = Math.max(0, string.length - part.length + 1);
  return (positions * part.length) / 4;
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) {
      const reason = error.message.replace(/^error parsing regexp: /, '');
      throw new Error(`invalid regular expression (RE2 syntax): ${reason}`, { cause: error });
    }
    throw error;
  }
}
