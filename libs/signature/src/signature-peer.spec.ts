import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import {
  parseSignatureLists,
  type SignatureAnnotation,
  type SignatureFrame,
  type SignatureInput,
  signatureOf,
} from './index.js';

/** A Python interpreter with Socorro's signature generation as a package. */
const { ANTENNA_TEST_SIGGEN: python } = process.env;
const describePeer = python === undefined ? describe.skip : describe;

/** Reads cases as JSON and writes the package's lists and its signature of each case. */
const program = `
import json, sys
from siggen.generator import SignatureGenerator
from siggen.siglists_utils import get_signature_list_content
names = {"sentinels": "signature_sentinels", "irrelevant": "irrelevant_signature_re", "prefixes": "prefix_signature_re",
  "withLineNumber": "signatures_with_line_numbers_re"}
lists = {ours: list(dict.fromkeys(get_signature_list_content(theirs))) for ours, theirs in names.items()}
generator = SignatureGenerator()
signatures = [generator.generate(case).signature for case in json.load(sys.stdin)]
json.dump({"lists": lists, "signatures": signatures}, sys.stdout)
`;

async function signed(cases: readonly object[]) {
  const output = await new Promise<string>((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(python ?? '', ['-c', program], options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    child.stdin?.end(JSON.stringify(cases));
  });
  return JSON.parse(output) as { lists: Record<string, string[]>; signatures: string[] };
}

/** What stacks are made of. */
const functions = fc.constantFrom(
  'main',
  'raise',
  'abort',
  'malloc',
  'memcpy',
  'strlen',
  '@0x0',
  '__libc_message',
  'js_Interpret',
  'void mozilla::Foo<int, std::vector<char> >::bar(int (*)(char)) const &',
  'operator==<int>(int)',
  'nsTArray_Impl<int, A>::AppendElement(int&&)',
  'RefPtr<nsIFoo>::operator->() const',
  'Foo::operator()()',
  "`anonymous namespace'::Run(void)",
  '(anonymous namespace)::Run(void*)',
  'a::b::$_12::operator()() const',
  'core::ptr::drop_in_place<alloc::vec::Vec<u8>>',
  'alloc::vec::Vec<T,A>::push::h0123456789abcdef',
  'static void * Allocator<Base>::malloc(unsigned __int64)',
  'public: virtual long Foo::Release(void)',
  '_purecall',
  '_sigtramp',
  '__assert_fail',
  'RtlFailFast2',
  'KiUserExceptionDispatcher',
  'NtClose',
  'core::panicking::panic_fmt',
  'std::panicking::begin_panic<&str>',
  'core::option::unwrap_failed',
  '-[NSObject doesNotRecognizeSelector:]',
  'objc_msgSend',
  'libxul.so',
  'xul.dll',
  '<name omitted>',
  'mozilla::(anonymous namespace)::RunWatchdog(void*)',
  '<unknown in foobar.dll>',
  'IPC::ReadParam<int>(int)',
);
const thread = fc.array(functions, { minLength: 1, maxLength: 8 });
const annotation = fc.constantFrom<readonly [SignatureAnnotation, string, object] | undefined>(
  undefined,
  ['OOMAllocationSize', '5', { oom_allocation_size: 5 }],
  ['OOMAllocationSize', '500000', { oom_allocation_size: 500_000 }],
  [
    'AbortMessage',
    '###!!! ABORT: no: file a.cpp, line 4',
    { abort_message: '###!!! ABORT: no: file a.cpp, line 4' },
  ],
  [
    'AsyncShutdownTimeout',
    '{"phase":"p","conditions":["b","a"]}',
    { async_shutdown_timeout: '{"phase":"p","conditions":["b","a"]}' },
  ],
  ['ipc_channel_error', 'ShutDownKill', { ipc_channel_error: 'ShutDownKill' }],
  ['IPCMessageName', 'PFoo::Msg', { ipc_message_name: 'PFoo::Msg' }],
  ['JSLargeAllocationFailure', 'Reporting', { js_large_allocation_failure: 'Reporting' }],
);
const reason = fc.constantFrom(null, 'EXCEPTION_STACK_OVERFLOW', 'STATUS_NO_MEMORY');

/** Rust functions are known by their source file there. */
const frameOf = (name: string): SignatureFrame => ({
  function: name,
  line: 7,
  file: /alloc::|core::/.test(name) ? '/build/a.rs' : '/build/a.cpp',
});

describePeer("Socorro's signature generation", () => {
  it('gives the same signatures with the same lists, but for repeated frames', async () => {
    const stacks = fc.sample(fc.tuple(thread, thread, annotation, reason), {
      seed: 1,
      numRuns: 3000,
    });
    const inputs = stacks.map(([main, crashing, given, why]): SignatureInput => {
      const [name = 'Hang', value = '0'] = given ?? [];
      const frames = crashing.map(frameOf);
      return { frames, mainThread: main.map(frameOf), reason: why, annotations: { [name]: value } };
    });
    const { lists, signatures } = await signed(
      inputs.map(({ frames, mainThread }, at) => ({
        crashing_thread: 1,
        threads: [{ frames: mainThread }, { frames }],
        os: 'Linux',
        reason: stacks[at]?.[3],
        ...stacks[at]?.[2]?.[2],
      })),
    );
    const watchdogs = ['.*RunWatchdog'];
    const document = { apiVersion: 'antenna/v1', kind: 'SignatureLists', ...lists, watchdogs };
    const { lists: same, errors } = parseSignatureLists(JSON.stringify(document));
    expect(errors).toEqual([]);
    expect(signatures).toHaveLength(3000);
    const ours = same && inputs.map((input) => signatureOf(input, same).signature);
    expect(ours).toEqual(signatures.map(withoutRepeated));
  });
});

function withoutRepeated(signature: string): string {
  const parts = signature.split(' | ');
  return parts.filter((part, at) => part !== parts[at - 1]).join(' | ');
}
