/** What stands for every value that is not on a list. */
const otherValue = 'other';

/**
 * The values that `open` attributes may have at this time, such as the names of the rules in use. Whatever clients
 * send, a counter has no more series than its lists have entries.
 */
export class OpenValues {
  private readonly lists = new Map<string, ReadonlySet<string>>();

  /** Replaces the list of an attribute. */
  allow(attribute: string, values: Iterable<string>): void {
    this.lists.set(attribute, new Set(values));
  }

  /** The value when its list has it, else {@link otherValue}. */
  listed(attribute: string, value: string): string {
    return this.lists.get(attribute)?.has(value) === true ? value : otherValue;
  }
}
