import { isJsonObject, type JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';

/**
 * An annotation, or a value inside one that is JSON: `TelemetryEnvironment#/profile/creationDate` is the annotation and,
 * after `#`, a JSON pointer (RFC 6901).
 */
export interface AnnotationPath {
  /** As it was written. */
  readonly source: string;
  readonly annotation: string;
  /** Names of members and indexes of elements from the outside in; empty for the whole annotation. */
  readonly steps: readonly string[];
}

/** More than the collector accepts. */
const maxDepth = 1000;

/** @throws RangeError when it is not an annotation with an optional JSON pointer */
export function parseAnnotationPath(source: string): AnnotationPath {
  const at = source.indexOf('#/');
  const annotation = at === -1 ? source : source.slice(0, at);
  const pointer = at === -1 ? '' : source.slice(at + 2);
  if (annotation === '' || /~(?![01])/.test(pointer)) {
    throw new RangeError(
      `must be NAME or NAME#/json/pointer with ~1 for / and ~0 for ~, not ${JSON.stringify(source.slice(0, 100))}`,
    );
  }
  const steps = at === -1 ? [] : pointer.split('/').map(unescaped);
  return { source, annotation, steps };
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The value at a path of a raw crash; undefined when there is none, or the annotation is not JSON. */
export function valueAt(rawCrash: JsonValue, path: AnnotationPath): JsonValue | undefined {
  let value = memberOf(rawCrash, path.annotation);
  if (path.steps.length > 0 && typeof value === 'string') value = parsed(value);
  for (const step of path.steps) value = value === undefined ? undefined : memberOf(value, step);
  return value;
}

/** The own member of an object, or the element of an array. */
export function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Annotations of multipart bodies are strings, which can contain JSON. Undefined when it is none. */
export function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text, { maxDepth });
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
