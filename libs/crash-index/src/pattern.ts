import { errorMessage } from '#antenna/errors';
import { LinearPattern } from '#antenna/linear-pattern';
import { CrashIndexError } from './crash-index-error.js';

/** A regular expression in the two forms that the indexes understand. */
export interface Pattern {
  /** For RE2; matches anywhere in a value, unless it has anchors. */
  readonly re2: string;
  /** For Lucene's `regexp`, which always matches whole values. */
  readonly lucene: string;
}

/** Lucene's time and memory grow with it. */
const maxRepetition = 100;
const classes: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: ' \t\n\f\r' };

/** One construct that both engines have; the groups name what it is. */
const construct =
  /(?<literal>\\(?<escaped>[^A-Za-z0-9])|[^\\.[\](){}*+?|^$])|\\(?<named>[dws])|\\(?<inverted>[DWS])|(?<dot>\.)|\[(?<not>\^?)(?<list>(?:\\[^]|[^\]\\])+)\]|(?<open>\((?!\?))|(?<close>\))|(?<or>\|)|(?<repeat>[*+?]|\{(?<from>\d{1,3})(?:,(?<to>\d{0,3}))?\})/uy;
const member = /\\(?<named>[dws])|(?:\\(?<escaped>[^A-Za-z0-9])|(?<plain>[^\\[\]]))/uy;

/**
 * Accepts what RE2 and Lucene both have: literals, `.`, classes, groups, `|`, `*`, `+`, `?`, `{n,m}`, `\d`, `\w`, `\s`, and
 * `^` and `$` at the ends.
 * @throws CrashIndexError `refused`
 */
export function parsePattern(source: string): Pattern {
  const fail = (problem: string): never => {
    const shown = JSON.stringify(source.slice(0, 100));
    throw new CrashIndexError('refused', `the regular expression ${shown} ${problem}`);
  };
  const [start, end] = [source.startsWith('^'), /(?<!\\)(?:\\\\)*\$$/.test(source)];
  const inner = source.slice(start ? 1 : 0, end ? -1 : undefined);
  let [body, depth, alternatives, before] = ['', 0, false, 'start'];
  for (construct.lastIndex = 0; construct.lastIndex < inner.length;) {
    const at = construct.lastIndex;
    const found = construct.exec(inner)?.groups;
    if (!found)
      return fail(`has ${JSON.stringify(inner.slice(at, at + 3))}, which is not supported`);
    const { literal, escaped, named, inverted, not, list, open, close, or, repeat, from, to } =
      found;
    const isEmpty = before === 'start' || before === 'open' || before === 'or';
    if (isEmpty && (close ?? or ?? repeat) !== undefined) fail('has an empty part');
    if (repeat !== undefined && before === 'repeat') fail('has a repetition of a repetition');
    if (Math.max(Number(from ?? 0), Number(to ?? 0)) > maxRepetition)
      fail(`repeats more than ${maxRepetition} times`);
    depth += open === undefined ? (close === undefined ? 0 : -1) : 1;
    if (depth < 0) fail('closes a group that is not open');
    alternatives ||= or !== undefined && depth === 0;
    if (literal !== undefined) body += quoted(escaped ?? literal);
    else if (named ?? inverted)
      body += `[${named ? '' : '^'}${classes[(named ?? inverted ?? '').toLowerCase()]}]`;
    else if (list !== undefined)
      body += `[${not}${membersOf(list) ?? fail(`has a class [${list}] that is not supported`)}]`;
    else body += open ?? close ?? or ?? repeat ?? '.';
    before =
      (['open', 'or', 'repeat'] as const).find((name) => found[name] !== undefined) ?? 'item';
  }
  if (depth > 0) fail('has a group that is not closed');
  if (before === 'start' || before === 'or') fail('has an empty part');
  if (alternatives && (start || end)) fail('has ^ or $ beside |: write ^(a|b)$');
  const re2 = `(?s)${start ? '^' : ''}${body}${end ? '$' : ''}`;
  try {
    // Refuses what is too large.
    void new LinearPattern(re2);
  } catch (error) {
    fail(`cannot be used: ${errorMessage(error)}`);
  }
  return { re2, lucene: `${start ? '' : '.*'}(${body})${end ? '' : '.*'}` };
}

/** Undefined where the engines could differ. */
function membersOf(list: string): string | undefined {
  let [members, isRange, mayBeRange] = ['', false, false];
  for (member.lastIndex = 0; member.lastIndex < list.length;) {
    const { named, escaped, plain } = member.exec(list)?.groups ?? {};
    const character = escaped ?? plain;
    if (plain === '-') {
      if (!mayBeRange) return undefined;
      members += '-';
      [isRange, mayBeRange] = [true, false];
    } else if (character !== undefined) {
      members += quoted(character);
      [isRange, mayBeRange] = [false, !isRange];
    } else {
      if (named === undefined || isRange) return undefined;
      members += classes[named];
      mayBeRange = false;
    }
  }
  return isRange ? undefined : members;
}

/** Both engines take any other ASCII character after a backslash as itself. */
function quoted(character: string): string {
  return /[!-/:-@[-`{-~]/.test(character) ? `\\${character}` : character;
}
