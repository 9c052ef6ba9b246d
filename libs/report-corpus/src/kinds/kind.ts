import type {
  ClientStyle,
  ContentEncoding,
  MinidumpPlatform,
  SeededRandom,
} from '#antenna/crash-client';

/** What a kind makes its report from. */
export interface Draw {
  readonly random: SeededRandom;
  /** Time of the crash. */
  readonly now: Date;
  /** For `sampleAnnotations`; differs between reports. */
  readonly seed: number;
}

/** What a client sends, before it becomes a body. */
export interface ReportContent {
  readonly style: ClientStyle;
  /** Names as the client sends them. */
  readonly annotations: Readonly<Record<string, unknown>>;
  /** `extra`: one JSON part; `fields`: a part for each, so that all values are strings. */
  readonly annotationsAs: 'extra' | 'fields';
  /** Absent: the report has none. */
  readonly minidump?: MinidumpPlatform | undefined;
  /** Sent after the minidump. */
  readonly memoryReport?: true;
  /** A second minidump of the same size, of the browser that waited for the crashed process. */
  readonly browserMinidump?: true;
  readonly encoding: ContentEncoding;
  readonly chunked: boolean;
  readonly userAgent: string;
}

export interface Kind {
  readonly name: string;
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  readonly content: (draw: Draw) => ReportContent;
}

/** Changes what another kind sends. */
export function variant(
  kind: Kind,
  options: { name: string; weight: number },
  change: (content: ReportContent, draw: Draw) => Partial<ReportContent>,
): Kind {
  return {
    ...options,
    content: (draw) => {
      const content = kind.content(draw);
      return { ...content, ...change(content, draw) };
    },
  };
}

/** A random identifier in the form of a version 4 UUID. */
export function randomUuid(random: SeededRandom): string {
  const variant = random.oneOf(['8', '9', 'a', 'b']);
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}
