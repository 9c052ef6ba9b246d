import { describe, expect, it } from '@jest/globals';

import {
  parseSignatureLists,
  type SignatureAnnotation,
  type SignatureFrame,
  type SignatureInput,
  type SignatureLists,
  signatureOf,
  type SignatureStep,
} from './index.js';

const lists = listsOf(`
sentinels: [panic, panic_abort]
irrelevant: ['raise$', '(panic_)?abort$', 'java\\.lang\\.reflect\\.']
prefixes: ['malloc', '@0x0$', '\\w+\\.dll', 'wait$']
withLineNumber: ['interpret$']
withoutOffset: ['driver.*\\.dll']
outOfMemory: [handle_oom]
watchdogs: [RunWatchdog]
`);

function listsOf(content: string): SignatureLists {
  const parsed = parseSignatureLists(`apiVersion: antenna/v1\nkind: SignatureLists\n${content}`);
  if (!parsed.lists) throw new Error(JSON.stringify(parsed.errors));
  return parsed.lists;
}

const frames = (...names: string[]): SignatureFrame[] => names.map((name) => ({ function: name }));

function signed(input: Partial<SignatureInput>) {
  return signatureOf({ frames: frames('foo(int)', 'main'), annotations: {}, ...input }, lists);
}

const signatureFor = (input: Partial<SignatureInput>): string => signed(input).signature;

const driver = (offset: string): SignatureFrame => ({
  module: 'Driver64.DLL',
  module_offset: offset,
});

const at = (method: string, place: string): string => `\n\tat ${method}(${place})`;

const ofTrace = (trace: string): string => signatureFor(annotated('JavaStackTrace', trace));

const annotated = (name: SignatureAnnotation, value: string): Partial<SignatureInput> => ({
  annotations: { [name]: value },
});

const rulesOf = (steps: readonly SignatureStep[]): string[] => steps.map(({ rule }) => rule);

describe('a signature from frames', () => {
  it.each([
    ['the first frame', ['foo(int)', 'main'], 'foo'],
    ['the first after irrelevant ones', ['raise', 'abort', 'foo', 'main'], 'foo'],
    [
      'prefixes, joined with the next',
      ['malloc', 'malloc_2', 'foo', 'main'],
      'malloc | malloc_2 | foo',
    ],
    ['prefixes, without irrelevant frames between', ['malloc', 'abort', 'foo'], 'malloc | foo'],
    ['no frame above a sentinel', ['foo', 'panic', 'main'], 'panic'],
    ['the first frame if all are irrelevant', ['raise', 'abort'], 'raise'],
    [
      'the sentinel if all from it on are irrelevant',
      ['foo', 'panic_abort', 'abort'],
      'panic_abort',
    ],
    ['a repeated prefix once', ['malloc', 'malloc', 'foo'], 'malloc | foo'],
    ['all frames if all are prefixes', ['malloc', 'wait'], 'malloc | wait'],
  ])('has %s', (_, names, signature) => {
    expect(signatureFor({ frames: frames(...names) })).toBe(signature);
  });

  it('explains each step, with the pattern that matched', () => {
    expect(
      signed({ frames: frames('x', 'panic', 'raise', 'malloc', 'foo', 'main') }).steps,
    ).toEqual([
      { rule: 'sentinel', detail: 'panic (1 above it skipped)' },
      { rule: 'frame', detail: 'panic' },
    ]);
    expect(signed({ frames: frames('raise', 'malloc', 'foo', 'main') }).steps).toEqual([
      { rule: 'irrelevant', detail: 'raise (pattern raise$)' },
      { rule: 'prefix', detail: 'malloc (pattern malloc)' },
      { rule: 'frame', detail: 'foo' },
    ]);
  });

  it('counts inlined functions as frames, before the function that contains them', () => {
    const inlines = [
      { function: 'malloc_inner(int)' },
      { function: 'inlined<int>(char)', line: 7 },
    ];
    const { signature, protoSignature } = signed({ frames: [{ function: 'outer', inlines }] });
    expect(signature).toBe('malloc_inner | inlined<T>');
    expect(protoSignature).toBe('malloc_inner | inlined<T> | outer');
  });

  it.each<[string, SignatureFrame, string]>([
    [
      'module and offset',
      { module: 'libfoo.so', module_offset: '0x0000000000012AB0' },
      'libfoo.so@0x12ab0',
    ],
    [
      'a module without its path',
      { module: '/usr/lib/libfoo.so', module_offset: '0x1' },
      'libfoo.so@0x1',
    ],
    ['a module alone', { module: '[vdso]', module_offset: null }, 'vdso'],
    [
      'the name of an unloaded module',
      { unloaded_modules: [{ module: 'gone.dll' }] },
      '(unloaded gone.dll)',
    ],
    ['the address', { offset: '0x00000000deadbeef' }, '@0xdeadbeef'],
    ['the source line', { file: 'c:\\build\\foo.cpp', line: 12, module: 'a.exe' }, 'foo.cpp#12'],
    [
      'the line number, if a list asks for it',
      { function: 'interpret(int)', line: 12 },
      'interpret:12',
    ],
  ])('has %s', (_, frame, signature) => {
    expect(signatureFor({ frames: [frame] })).toBe(signature);
  });

  it('writes modules of Windows in lower case, and drivers once without their offset', () => {
    const stack = [
      { module: 'Foo.dll', module_offset: '0x1' },
      driver('0x2'),
      driver('0x3'),
      ...frames('bar'),
    ];
    expect(signatureFor({ frames: stack, os: 'Windows NT' })).toBe(
      'foo.dll@0x1 | driver64.dll | bar',
    );
  });

  it('names a call of a null pointer by its caller', () => {
    expect(signatureFor({ frames: [{ offset: '0x0000000000000000' }, ...frames('foo')] })).toBe(
      '@0x0 | foo',
    );
  });

  it('says why there are no frames', () => {
    expect(signatureFor({ frames: [], noFrames: 'no crashing thread' })).toBe(
      'EMPTY: no frames; no crashing thread',
    );
    expect(signatureFor({ frames: [] })).toBe('EMPTY: no frames');
    const annotations = { MozCrashReason: 'MOZ_CRASH(no\nwindow)' };
    expect(signed({ frames: [], noFrames: 'no minidump', annotations })).toMatchObject({
      signature: 'EMPTY: no frames; no minidump; MOZ_CRASH(no window)',
      notes: ['no frames: EMPTY: no frames; no minidump; MOZ_CRASH(no window)'],
    });
  });

  it('is cut visibly after 255 characters', () => {
    const { signature, notes, steps } = signed({
      frames: frames(...'abcd'.split('').map((x) => `malloc${x.repeat(90)}`)),
    });
    expect(signature).toHaveLength(255);
    expect(signature).toMatch(/b\.\.\.$|c\.\.\.$/);
    expect(notes).toEqual(['the signature was cut: it had 393 characters']);
    expect(steps.at(-1)).toEqual({ rule: 'cut', detail: '393 characters; the limit is 255' });
  });

  it('looks at 40 frames', () => {
    const { protoSignature } = signed({
      frames: frames(...Array.from({ length: 60 }, (_, at) => `f${at}`)),
    });
    expect(protoSignature.split(' | ')).toHaveLength(40);
  });
});

describe('a signature of a failed allocation', () => {
  it.each<[Partial<SignatureInput>, string]>([
    [annotated('OOMAllocationSize', '262144'), 'OOM | small'],
    [annotated('OOMAllocationSize', '262145'), 'OOM | large | foo'],
    [annotated('OOMAllocationSize', '0'), 'foo'],
    [annotated('OOMAllocationSize', '-1'), 'foo'],
    [annotated('OOMAllocationSize', 'many'), 'foo'],
    [annotated('JSLargeAllocationFailure', 'Reporting'), 'OOM | large | foo'],
    [annotated('MozCrashReason', '[unhandlable oom] in foo'), 'OOM | unknown | foo'],
    [{ reason: 'STATUS_NO_MEMORY' }, 'OOM | unknown | foo'],
    [{ reason: 'STATUS_FATAL_MEMORY_EXHAUSTION / 0x1' }, 'OOM | unknown | foo'],
    [{ lastError: 'ERROR_COMMITMENT_LIMIT' }, 'OOM | unknown | foo'],
    [{ frames: frames('handle_oom', 'foo') }, 'OOM | unknown | handle_oom'],
  ])('for %j is %s', (input, signature) => {
    expect(signatureFor(input)).toBe(signature);
  });
});

describe('a signature from annotations', () => {
  it.each<[Partial<SignatureInput>, string]>([
    [annotated('AbortMessage', 'not reached'), 'Abort | not reached | foo'],
    [
      { annotations: { AbortMessage: '[12] ###!!! ABORT: no font: file a.cpp, line 3' } },
      'Abort | no font | foo',
    ],
    [annotated('AbortMessage', '###!!! ABORT: file a.cpp, line 3'), 'Abort | foo'],
    [
      { annotations: { AbortMessage: `bad ${'x'.repeat(100)}` } },
      `Abort | bad ${'x'.repeat(73)}... | foo`,
    ],
    [annotated('AbortMessage', 'bad handle 0x7FFE1234'), 'Abort | bad handle <addr> | foo'],
    [
      { annotations: { AsyncShutdownTimeout: '{"phase":"p","conditions":["b",{"name":"a"}]}' } },
      'AsyncShutdownTimeout | p | a,b',
    ],
    [
      { annotations: { AsyncShutdownTimeout: '{"conditions":[]}' } },
      'AsyncShutdownTimeout | (unknown) | (none)',
    ],
    [
      { annotations: { AsyncShutdownTimeout: '{"phase":"p","conditions":[1,null]}' } },
      'AsyncShutdownTimeout | p | (unknown),(unknown)',
    ],
    [{ annotations: { AsyncShutdownTimeout: '{' } }, 'AsyncShutdownTimeout | unknown'],
    [{ annotations: { ipc_channel_error: 'ShutDownKill' } }, 'IPCError-content | ShutDownKill'],
    [
      {
        annotations: { ipc_channel_error: 'ShutDownKill' },
        dumpNames: ['upload_file_minidump_browser'],
      },
      'IPCError-browser | ShutDownKill',
    ],
    [annotated('IPCMessageName', 'PFoo::Msg_Bar'), 'foo | IPC_Message_Name=PFoo::Msg_Bar'],
    [annotated('Hang', '1'), 'hang | foo'],
    [annotated('Hang', '0'), 'foo'],
    [{ reason: 'EXCEPTION_STACK_OVERFLOW' }, 'stackoverflow | foo'],
    [{ reason: 'EXCEPTION_IN_PAGE_ERROR_READ / STATUS_DEVICE_DATA_ERROR' }, 'bad hardware | foo'],
  ])('%j is %s', (input, signature) => {
    expect(signatureFor(input)).toBe(signature);
  });

  it('is that of the first thread if a watchdog ended the process', () => {
    const watchdog = { frames: frames('RunWatchdog(void*)', 'start') };
    const { signature, steps } = signed({ ...watchdog, mainThread: frames('wait', 'close(int)') });
    expect(signature).toBe('shutdownhang | wait | close');
    expect(rulesOf(steps)).toEqual(['frame', 'prefix', 'frame', 'shutdown hang']);
    expect(signatureFor(watchdog)).toBe('shutdownhang | EMPTY: no frames');
    const annotations = { OOMAllocationSize: '5' };
    expect(signatureFor({ ...watchdog, annotations })).toBe('OOM | small');
  });
});

describe('a signature of a Java exception', () => {
  it('has the class and the first relevant frame, and never the message', () => {
    const trace = `java.lang.IllegalStateException: mail to alice@example.org\nat home.of(Alice)${at('java.lang.reflect.Method.invoke', 'Native Method')}${at('org.example.Foo.bar', 'Foo.kt:123')}`;
    const secret = trace.replace('at home.of(Alice)', 'and more');
    expect(ofTrace(secret)).toBe('java.lang.IllegalStateException: at org.example.Foo.bar(Foo.kt)');
    expect(ofTrace('java.lang.Error: bob')).toBe('java.lang.Error');
  });

  it.each([
    ['Exception in thread "main" a.b.C$D: x', 'a.b.C$D'],
    [
      `a.B${at('c.D$$ExternalSyntheticLambda12.run', 'D8$$SyntheticClass:2')}`,
      'a.B: at c.D$$ExternalSyntheticLambda.run(D8$$SyntheticClass)',
    ],
    [
      `a.B${at('c.D.lambda$$Lambda$14/0x0001.run', 'Unknown Source')}`,
      'a.B: at c.D.lambda$$Lambda.run(Unknown Source)',
    ],
    [
      `a.B${at('java.lang.reflect.Method.invoke', 'Method.java:1')}`,
      'a.B: at java.lang.reflect.Method.invoke(Method.java)',
    ],
  ])('of %j is %s', (trace, signature) => {
    expect(ofTrace(trace)).toBe(signature);
  });

  it('is that of the frames if the annotation is no stack trace', () => {
    expect(signed({ annotations: { JavaStackTrace: 'my secret: x' } })).toMatchObject({
      signature: 'foo',
      notes: ['JavaStackTrace is no stack trace: it was ignored'],
    });
  });
});
