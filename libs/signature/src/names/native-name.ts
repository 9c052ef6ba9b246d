import { groupAt, splitOutsideBrackets, withoutParentheses } from './brackets.js';

/** An operator's symbol. The longer ones come first. */
const operatorSymbol =
  /operator ?(?:\(\)|\[\]|<=>|->\*|->|<<=?|>>=?|\+\+|--|&&|\|\||[-+*/%^&|=!<>]=?|~|,)/y;
const operatorWord = /operator (?:(?:new|delete)(?:\[\])?|co_await|"" ?\w+)/y;
/** Labels that compilers add: cold parts, ABI tags, template arguments, hashes of Rust crates. */
const label = /^\[(?:clone |abi:|with |thunk\]|[0-9a-f]{8,}\])/;
const keptInParentheses = /^\(anonymous [a-z]+\)/;
const keptInAngles = /^<name omitted>| (?:as|in) /;
const maxQuotes = 3;

/**
 * The name of a C, C++ or Rust function without return type, arguments and template arguments:
 * `void Foo<int>::bar(int) const` becomes `Foo<T>::bar`. Its time is linear in the length of the name.
 */
export function nativeName(text: string): string {
  const [beforeResult = ''] = splitOutsideBrackets(text, ' -> ');
  return new NameReader(withoutQualifiers(beforeResult), 0).read();
}

/** Reads a name from left to right. A space ends a word; the last word is the name. */
class NameReader {
  private at = 0;
  private word = '';

  constructor(
    private readonly text: string,
    private readonly quotes: number,
  ) {}

  read(): string {
    while (this.at < this.text.length) this.step();
    return this.word;
  }

  private step(): void {
    const { text, at } = this;
    switch (text.charAt(at)) {
      case ' ':
        this.endWord();
        return;
      case '(':
        this.skipArguments();
        return;
      case '<':
        this.collapseTypes();
        return;
      case '[':
        this.readBrackets();
        return;
      case '{':
        this.keep(groupAt(text, at), withoutParentheses(groupAt(text, at)));
        return;
      case '`':
        this.readQuote();
        return;
      case 'o':
        if (!/\w/.test(text.charAt(at - 1)) && this.readOperator()) return;
        break;
      default:
    }
    this.keep(text.charAt(at));
  }

  private keep(source: string, written = source): void {
    this.at += source.length;
    this.word += written;
  }

  /** A space before arguments or a label is inside the name. */
  private endWord(): void {
    const { text, at } = this;
    const next = text[at + 1];
    const isInside =
      next === '('
        ? !keptInParentheses.test(text.slice(at + 1, at + 40))
        : label.test(text.slice(at + 1, at + 60));
    if (!isInside) this.word = '';
    this.at += 1;
  }

  private skipArguments(): void {
    const group = groupAt(this.text, this.at);
    const isGoReceiver = group.startsWith('(*') && this.word.endsWith('.');
    this.keep(group, isGoReceiver || keptInParentheses.test(group) ? group : '');
  }

  private collapseTypes(): void {
    const { text, at } = this;
    // SpiderMonkey marks functions without a name: `outer/<`.
    if (text[at - 1] === '/') {
      this.keep('<');
      return;
    }
    const group = groupAt(text, at);
    const isKept = keptInAngles.test(group);
    this.keep(group, isKept ? group : '<T>');
  }

  private readBrackets(): void {
    const group = groupAt(this.text, this.at);
    this.keep(group, label.test(group) ? '' : group);
    if (group === '[thunk]' && this.text[this.at] === ':') this.keep(':', '');
  }

  /** What Microsoft's compilers quote: a scope, which may be a whole function, or a name that they make. */
  private readQuote(): void {
    const group = groupAt(this.text, this.at);
    const inner = group.slice(1, -1);
    const isFunction = inner.includes('(') && this.quotes < maxQuotes;
    if (inner === 'anonymous namespace') this.keep(group, '(anonymous namespace)');
    else if (isFunction)
      this.keep(group, `\`${new NameReader(withoutQualifiers(inner), this.quotes + 1).read()}'`);
    else this.keep(group);
  }

  private readOperator(): boolean {
    const { text, at } = this;
    operatorWord.lastIndex = at;
    operatorSymbol.lastIndex = at;
    const word = operatorWord.exec(text)?.[0];
    const symbol = operatorSymbol.exec(text)?.[0];
    if (word !== undefined) this.keep(word);
    else if (symbol !== undefined) this.keep(symbol, symbol.replace(' ', ''));
    else if (text.startsWith('operator ', at)) this.readConversion();
    else return false;
    // Template arguments follow after a space: `operator<< <T>`.
    if (text.startsWith(' <', this.at)) this.keep(' ');
    if (text.startsWith(' (', this.at)) this.at += 1;
    return true;
  }

  /** `operator unsigned int`: the type is part of the name. */
  private readConversion(): void {
    this.keep('operator ');
    while (this.at < this.text.length && this.text[this.at] !== '(') {
      if (this.text[this.at] === '<') this.collapseTypes();
      else this.keep(this.text[this.at] ?? '');
    }
    this.word = this.word.replaceAll(/ (?=[*&])/g, '').trimEnd();
  }
}

const qualifiers = [' const', ' volatile', ' noexcept', ' &&', ' &', ' const&'];

/** Removes what follows the arguments: qualifiers, and labels of copies that compilers make. */
function withoutQualifiers(text: string): string {
  let name = text.trimEnd();
  for (;;) {
    const start = name.endsWith(']') ? name.lastIndexOf(' [') : -1;
    const qualifier = qualifiers.find((ending) => name.endsWith(ending));
    if (start > 0 && label.test(name.slice(start + 1, start + 60))) name = name.slice(0, start);
    else if (qualifier !== undefined && !name.endsWith(`operator${qualifier}`))
      name = name.slice(0, -qualifier.length);
    else return name;
  }
}
