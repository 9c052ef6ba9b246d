const closing: Readonly<Record<string, string>> = {
  '(': ')',
  '<': '>',
  '[': ']',
  '{': '}',
  '`': "'",
};

/** The group that starts at an opening bracket, with its closing one; to the end of the text if that is missing. */
export function groupAt(text: string, start: number): string {
  const open = text[start] ?? '';
  const close = closing[open] ?? '';
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (open === '<' && isOperator(text, at)) continue;
    if (character === open || isOpeningQuote(text, at, open)) depth += 1;
    else if (character === close) depth -= 1;
    if (depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
}

/** Whether an angle bracket belongs to `->`, `operator<<` or the like. */
function isOperator(text: string, at: number): boolean {
  if (text[at] !== '<' && text[at] !== '>') return false;
  const before = text.slice(Math.max(0, at - 10), at);
  return (text[at] === '>' && before.endsWith('-')) || /\boperator[<>-]?$/.test(before);
}

/** Names such as `dynamic initializer for 'variable'` have quotes inside quotes. */
function isOpeningQuote(text: string, at: number, open: string): boolean {
  return open === '`' && text[at] === "'" && text[at - 1] === ' ';
}

/** The text without its groups in parentheses. */
export function withoutParentheses(text: string): string {
  let kept = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') at += groupAt(text, at).length - 1;
    else kept += text[at];
  }
  return kept;
}

/** Splits where the separator is neither in parentheses nor in angle brackets. */
export function splitOutsideBrackets(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(' || text[at] === '<') {
      at += groupAt(text, at).length - 1;
    } else if (text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    }
  }
  return [...parts, text.slice(start)];
}
