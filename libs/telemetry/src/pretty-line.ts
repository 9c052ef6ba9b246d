/** Applies a style of `util.styleText`, or returns the string unchanged. */
export type Colour = (style: 'dim' | 'red' | 'yellow' | 'green' | 'cyan', string: string) => string;

interface LoggedLine {
  readonly Timestamp: number;
  readonly Severity: number;
  readonly Type: string;
  readonly Fields: Readonly<Record<string, unknown>>;
}

const levels: Readonly<Record<number, readonly [string, Parameters<Colour>[0]]>> = {
  3: ['ERROR', 'red'],
  4: ['WARN ', 'yellow'],
  6: ['INFO ', 'green'],
  7: ['DEBUG', 'dim'],
};

/** Formats one mozlog line as `time level service message field=value …`, with the stack on separate lines. */
export function prettyLine(line: string, colour: Colour): string {
  const { Timestamp, Severity, Type, Fields } = JSON.parse(line) as LoggedLine;
  const { message, stack, host_id: _host, ...fields } = Fields;
  const [label, style] = levels[Severity] ?? ['?    ', 'dim'];
  const words = [
    colour('dim', new Date(Timestamp / 1e6).toISOString().slice(11, 23)),
    colour(style, label),
    colour('cyan', Type.replace(/^antenna\./, '')),
    printable(String(message)),
    ...Object.entries(fields).map(([name, value]) => `${colour('dim', `${name}=`)}${shown(value)}`),
  ];
  const trace =
    typeof stack === 'string' ? stackLines(stack).map((line) => colour('dim', line)) : [];
  return `${[words.join(' '), ...trace].join('\n')}\n`;
}

function shown(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"'=]+$/u.test(value)) return printable(value);
  return printable(JSON.stringify(value));
}

function stackLines(stack: string): string[] {
  return stack.split('\n').map((line) => `    ${printable(line.trim())}`);
}

/** Escapes control characters: a terminal executes them, and a log line may quote client input. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) => {
    const code = control.codePointAt(0) ?? 0;
    return control === '\n' ? '\n    ' : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
