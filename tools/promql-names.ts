/** Finds the metrics and labels in a PromQL expression. It does not validate the expression; promtool does. */

export interface PromqlNames {
  /** Each selector: its metric and the labels that it matches, with their patterns. */
  readonly selectors: readonly {
    readonly metric: string;
    readonly matchers: readonly (readonly [label: string, pattern: string])[];
  }[];
  /** Labels named in `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`. */
  readonly grouping: readonly string[];
}

const token =
  /"(?:[^"\\]|\\.)*"|\$\w+|[a-zA-Z_:][\w:]*|\[[^\]]*\]|\d[\d.e]*\w*|=~|!~|!=|[<>=]=?|\S/g;
const groupingWords = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const otherWords = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan']);

/** @throws SyntaxError for a bracket that is not closed */
export function promqlNames(expression: string): PromqlNames {
  const tokens: readonly string[] = expression.match(token) ?? [];
  const selectors: PromqlNames['selectors'][number][] = [];
  const grouping: string[] = [];
  let at = 0;
  const group = (close: string): string[] => {
    const end = tokens.indexOf(close, at);
    if (end < 0) throw new SyntaxError(`no ${close} in ${expression}`);
    const inside = tokens.slice(at + 1, end);
    at = end + 1;
    return inside;
  };
  while (at < tokens.length) {
    const word = tokens[at] ?? '';
    at += 1;
    if (!/^[a-zA-Z_:]/.test(word) || otherWords.has(word.toLowerCase())) continue;
    if (groupingWords.has(word)) {
      if (tokens[at] === '(') grouping.push(...group(')').filter((name) => name !== ','));
      continue;
    }
    // A function or an aggregation; `sum by (le) (…)` has its grouping first.
    if (tokens[at] === '(' || groupingWords.has(tokens[at] ?? '')) continue;
    const matchers = tokens[at] === '{' ? matchersOf(group('}')) : [];
    selectors.push({ metric: word, matchers });
  }
  return { selectors, grouping };
}

function matchersOf(tokens: readonly string[]): [label: string, pattern: string][] {
  return tokens.flatMap((word, index): [string, string][] => {
    const pattern = tokens[index + 2];
    const isLabel = /^[a-zA-Z_]/.test(word) && pattern?.startsWith('"') === true;
    return isLabel ? [[word, pattern.slice(1, -1)]] : [];
  });
}
