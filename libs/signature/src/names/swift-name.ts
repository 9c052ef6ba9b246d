import { groupAt, splitOutsideBrackets } from './brackets.js';

/** What the compiler made of a function, which moves between builds. */
const prefixes =
  /^(?:(?:generic |function signature )?specializ(?:ed|ation) |merged |@objc |@nonobjc |static |partial apply forwarder for |partial apply for )/;

/** The name of a Swift function without types: `M.C.f(x: Swift.Int) -> Swift.Int` becomes `M.C.f`. */
export function swiftName(text: string): string {
  return splitOutsideBrackets(text, ' in ')
    .map((part) => withoutTypes(withoutPrefixes(part)))
    .filter((part) => part !== '')
    .join(' in ');
}

function withoutPrefixes(text: string): string {
  let name = text;
  for (let match = prefixes.exec(name); match; match = prefixes.exec(name))
    name = name.slice(match[0].length);
  return name;
}

/** Drops arguments, and all from the type of the result on. */
function withoutTypes(text: string): string {
  const [head = ''] = splitOutsideBrackets(splitOutsideBrackets(text, ' -> ')[0] ?? '', ' : ');
  let name = '';
  for (let at = 0; at < head.length; at += 1) {
    const character = head[at] ?? '';
    if (character !== '(' && character !== '<') {
      name += character;
      continue;
    }
    const group = groupAt(head, at);
    if (character === '<') name += '<T>';
    at += group.length - 1;
  }
  return name.replace(/ (?:throws|async|async throws)$/, '').trimEnd();
}
