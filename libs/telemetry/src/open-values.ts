/** The replacement for every value that is not on a list. */
const otherValue = 'other';

/**
 * The values currently allowed for `open` attributes, such as the names of the rules in use. They limit the number of
 * series of a counter independent of client input.
 */
export class OpenValues {
  private readonly lists = new Map<string, ReadonlySet<string>>();

  /** Replaces the list of an attribute. */
  allow(attribute: string, values: Iterable<string>): void {
    this.lists.set(attribute, new Set(values));
  }

  /** The value if its list contains it, otherwise {@link otherValue}. */
  listed(attribute: string, value: string): string {
    return this.lists.get(attribute)?.has(value) === true ? value : otherValue;
  }
}
