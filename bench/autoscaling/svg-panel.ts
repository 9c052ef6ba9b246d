/** One panel of a figure: a line over the hours of a day, with its own scale. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** One value for each second of the day; the largest of a few minutes is drawn. */
  readonly values: readonly number[];
  /** A line that the values should stay below. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** Steps between values, as the number of pods has them, instead of slopes. */
  readonly line: 'steps' | 'slopes';
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const bucketSeconds = 180;

export function panelSvg(panel: Panel, { left, top, width, height }: Box): string {
  const values = largestOfBuckets(panel.values);
  const most = niceCeiling(Math.max(...values, panel.limit?.value ?? 0));
  const x = (index: number): string => (left + (index / values.length) * width).toFixed(1);
  const y = (value: number): string => (top + height - (value / most) * height).toFixed(1);
  const bottom = top + height;
  const parts = [
    `<text class="title" x="${left}" y="${top - 8}">${panel.title}</text>`,
    ...[0, most / 2, most].map(
      (tick) =>
        `<line class="grid" x1="${left}" x2="${left + width}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<text class="tick" text-anchor="end" x="${left - 6}" y="${Number(y(tick)) + 4}">${label(tick)}${panel.unit}</text>`,
    ),
    ...[0, 4, 8, 12, 16, 20, 24].map(
      (hour) =>
        `<text class="tick" text-anchor="middle" x="${(left + (hour / 24) * width).toFixed(1)}" y="${bottom + 14}">${String(hour).padStart(2, '0')}:00</text>`,
    ),
    `<path class="line" d="${path(values, x, y, panel.line)}"/>`,
  ];
  if (panel.limit) {
    const at = y(panel.limit.value);
    parts.push(
      `<line class="limit" x1="${left}" x2="${left + width}" y1="${at}" y2="${at}"/>`,
      `<text class="tick" text-anchor="end" x="${left + width}" y="${Number(at) - 4}">${panel.limit.label}</text>`,
    );
  }
  return parts.join('\n');
}

function path(
  values: readonly number[],
  x: (index: number) => string,
  y: (value: number) => string,
  line: Panel['line'],
): string {
  return values
    .map((value, index) => {
      if (index === 0) return `M${x(0)} ${y(value)}`;
      return line === 'steps' ? `H${x(index)}V${y(value)}` : `L${x(index)} ${y(value)}`;
    })
    .join('');
}

function largestOfBuckets(values: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(values.length / bucketSeconds) }, (_, bucket) =>
    Math.max(...values.slice(bucket * bucketSeconds, (bucket + 1) * bucketSeconds)),
  );
}

/** The next of 1, 2, 2.5, 5 and 10 times a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

function label(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
