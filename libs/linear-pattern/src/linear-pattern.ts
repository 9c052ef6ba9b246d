import { RE2JS, RE2JSException } from 're2js';

/** Enough for every ordinary pattern, but not for nested repetitions. */
const maxInstructions = 2_000;
/** Measured: 10 ns with patterns like `(.|..|...){1000}$`, for which the engine has no shortcut. */
const stepsPerInstruction = 10;
/** Measured: up to 40 ns to decode a character and look up the next state. */
const stepsPerCharacter = 40;

/** A regular expression whose time is linear in the length of the string (RE2, no backtracking). */
export class LinearPattern {
  private readonly pattern: RE2JS;
  private readonly stepsPerCharacter: number;
  /** The size of the compiled pattern. */
  readonly instructions: number;

  /** @throws Error with a message for the rule's author */
  constructor(source: string) {
    this.pattern = compile(source);
    this.instructions = this.pattern.programSize();
    if (this.instructions > maxInstructions)
      throw new Error('the regular expression is too large: shorten its repetitions');
    this.stepsPerCharacter = stepsPerCharacter + this.instructions * stepsPerInstruction;
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
