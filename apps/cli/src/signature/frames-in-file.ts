import { isJsonObject, JsonError, type JsonValue, parseJson } from '#antenna/crash-report';
import { signatureAnnotations, type SignatureFrame, type SignatureInput } from '#antenna/signature';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readText } from '../read-input.js';

/** Frames have few levels; the bound is for hostile files. */
const maxDepth = 64;
const help =
  'write frames as ["function", {"module": "a.so", "module_offset": "0x12"}], or {"frames": […], "annotations": {…}}';

/**
 * What a signature is made of, from a JSON file.
 * @throws CliError
 */
export async function framesInFile(file: string, context: CliContext): Promise<SignatureInput> {
  const name = file === '-' ? 'stdin' : file;
  try {
    return inputOf(parseJson(await readText(file, context), { maxDepth }));
  } catch (error) {
    if (error instanceof JsonError)
      throw new CliError(`${name} is not JSON: ${error.message}`, 1, { cause: error });
    if (error instanceof RangeError)
      throw new CliError(`${name}: ${error.message}; ${help}`, 1, { cause: error });
    throw error;
  }
}

function inputOf(value: JsonValue): SignatureInput {
  if (Array.isArray(value)) return { frames: framesOf(value, 'the array'), annotations: {} };
  if (!isJsonObject(value)) throw new RangeError('it is neither an array nor an object');
  const { frames = [], mainThread = [], dumpNames = [], annotations = {} } = value;
  if (!isJsonObject(annotations)) throw new RangeError('annotations is not an object');
  const known = signatureAnnotations.flatMap((name) => {
    const text = textOf(annotations[name]);
    return text === null ? [] : [[name, text] as const];
  });
  return {
    frames: framesOf(frames, 'frames'),
    mainThread: framesOf(mainThread, 'mainThread'),
    reason: textOf(value['reason']),
    os: textOf(value['os']),
    lastError: textOf(value['lastError']),
    dumpNames: Array.isArray(dumpNames) ? dumpNames.map((dump) => textOf(dump) ?? '') : [],
    annotations: Object.fromEntries(known),
  };
}

function framesOf(value: JsonValue, what: string): SignatureFrame[] {
  if (!Array.isArray(value)) throw new RangeError(`${what} is not an array`);
  return value.map((frame, index) => {
    if (typeof frame === 'string') return { function: frame };
    if (isJsonObject(frame)) return frameOf(frame);
    throw new RangeError(`frame ${index} of ${what} is neither a string nor an object`);
  });
}

function frameOf(frame: Readonly<Record<string, JsonValue>>): SignatureFrame {
  const { inlines, unloaded_modules: unloaded } = frame;
  return {
    ...functionOf(frame),
    module: textOf(frame['module']),
    offset: textOf(frame['offset']),
    module_offset: textOf(frame['module_offset']),
    inlines: objectsIn(inlines).map(functionOf),
    unloaded_modules: objectsIn(unloaded).map(({ module }) => ({ module: textOf(module) ?? '' })),
  };
}

function functionOf(frame: Readonly<Record<string, JsonValue>>) {
  const { line } = frame;
  return {
    function: textOf(frame['function']),
    file: textOf(frame['file']),
    line: typeof line === 'number' ? line : null,
  };
}

function objectsIn(value: JsonValue | undefined): Readonly<Record<string, JsonValue>>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
