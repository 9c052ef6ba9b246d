/**
 * How one crash client writes its multipart body. The differences are small, and each of them has broken
 * a collector: the boundary, the quoting of part names, and what precedes the final boundary.
 */
export type ClientStyle = 'firefox' | 'crashpad' | 'breakpad' | 'fenix';

export interface StyleRules {
  /** The boundary for a token of 32 letters and digits. */
  boundary(token: string): string;
  /** The `name` parameter of a part without a file, quotes included where the client writes them. */
  fieldName(name: string): string;
  /** The `name` or `filename` parameter of a part with a file. */
  fileParameter(value: string): string;
  /** The bytes between the last part and the final boundary line. */
  beforeFinalBoundary: string;
}

/** As the HTML standard specifies for form data, and as Gecko does. */
const quotedForForms = (value: string): string =>
  `"${value.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')}"`;

/** Crashpad escapes the percent sign too (util/net/http_multipart_builder.cc). */
const quotedForCrashpad = (value: string): string =>
  `"${value.replace(/[\r\n"%]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;

const quotedUnescaped = (value: string): string => `"${value}"`;

const breakpadBoundary = (token: string): string =>
  `---------------------------${token.slice(0, 16).toUpperCase()}`;

export const styleRules: Readonly<Record<ClientStyle, StyleRules>> = {
  firefox: {
    boundary: (token) => `----geckoformboundary${token}`,
    fieldName: quotedForForms,
    fileParameter: quotedForForms,
    beforeFinalBoundary: '',
  },
  crashpad: {
    boundary: (token) => `---MultipartBoundary-${token}---`,
    fieldName: quotedForCrashpad,
    fileParameter: quotedForCrashpad,
    beforeFinalBoundary: '',
  },
  breakpad: {
    boundary: breakpadBoundary,
    fieldName: quotedUnescaped,
    fileParameter: quotedUnescaped,
    beforeFinalBoundary: '',
  },
  /** Mozilla's Android components: field names without quotes, an empty line before the end. */
  fenix: {
    boundary: breakpadBoundary,
    fieldName: (name) => name,
    fileParameter: quotedUnescaped,
    beforeFinalBoundary: '\r\n',
  },
};
