import { cleanText, cutText } from '../clean-text.js';
import { nativeName } from './native-name.js';
import { swiftName } from './swift-name.js';

/** Longer names are cut first: those of template libraries have a few thousand characters. */
const maxSourceLength = 16_384;
const maxNameLength = 255;

/** `-[Class method:]`, and the blocks in it. */
const objectiveC = /^(?:_{2,}\d+)?[-+]\[[^\]]{1,250}\](?:_block_invoke)?/;
const swift =
  /^(?:closure #\d|implicit closure #\d|specialized |partial apply |protocol witness |@objc |outlined )| (?:->|:) /;
/** Words in suffixes of copies of a function: `.cold`, `.part.0`, `.llvm.123`. */
const copies = new Set([
  'cold',
  'part',
  'isra',
  'constprop',
  'llvm',
  'lto_priv',
  'localalias',
  '__uniq',
  'cfi',
]);

/**
 * The function's name as it is the same in the next build: without arguments, types, hashes and numbers that compilers
 * make. At most 255 characters, in time linear in the length.
 */
export function functionName(source: string): string {
  const text = cleanText(source.slice(0, maxSourceLength));
  return cutText(cleanText(stableName(text)) || text, maxNameLength);
}

function stableName(text: string): string {
  const method = objectiveC.exec(text)?.[0];
  if (method !== undefined) return method;
  if (swift.test(text) && !text.includes('::')) return swiftName(text);
  const name = nativeName(withoutDecoration(withoutCopySuffix(text)));
  return name
    .replaceAll(/::\$_\d+(?=::|$)/g, '::$')
    .replace(/::h[0-9a-f]{16}$/, '')
    .replaceAll(/,(?! )/g, ', ')
    .replace(/_block_invoke[_.\d]*$/, '_block_invoke');
}

function withoutCopySuffix(text: string): string {
  let end = text.length;
  let kept = end;
  for (;;) {
    const dot = text.lastIndexOf('.', end - 1);
    if (dot <= 0) break;
    const part = text.slice(dot + 1, end);
    if (copies.has(part)) kept = dot;
    else if (!/^\d{1,20}$/.test(part)) break;
    end = dot;
  }
  return text.slice(0, kept);
}

/** Removes import prefixes, calling conventions (`_name@12`, `@name@8`, `name@@16`) and versions (`name@@GLIBC_2.2.5`). */
function withoutDecoration(text: string): string {
  const name = text.replace(/^__imp_(?:load_)?/, '');
  const convention = /^(?:[_@](\w{1,250})@\d{1,4}|([A-Za-z]\w{0,250})@@\d{1,4})$/.exec(name);
  const version = /^([A-Za-z_]\w{0,250})@@?(?:[A-Za-z][\w.]{0,100})$/.exec(name);
  return convention?.[1] ?? convention?.[2] ?? version?.[1] ?? name;
}
