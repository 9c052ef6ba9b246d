import { RE2JS, RE2JSException } from 're2js';

/** Enough for every pattern that a person writes, and too little for repetitions of repetitions. */
const maxInstructions = 2_000;
/** Measured: 10 ns with patterns like `(.|..|...){1000}$`, for which the engine has no shortcut. */
const stepsPerInstruction = 10;
/** Measured: up to 40 ns to decode a character and look up the next state. */
const stepsPerCharacter = 40;

/** A regular expression whose time is linear in the length of the text (RE2, no backtracking). */
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

  /** What `test` costs at worst, in nanoseconds. */
  steps(text: string): number {
    return text.length * this.stepsPerCharacter;
  }

  /** True when the pattern is found anywhere in the text. */
  test(text: string): boolean {
    return this.pattern.test(text);
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
