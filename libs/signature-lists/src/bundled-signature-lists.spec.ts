import { describe, expect, it } from '@jest/globals';

import { parseSignatureLists, signatureOf } from '#antenna/signature';

import { bundledSignatureLists, bundledSignatureListsText } from './index.js';

const lists = bundledSignatureLists();
const signatureFor = (...names: string[]): string =>
  signatureOf({ frames: names.map((name) => ({ function: name })), annotations: {} }, lists)
    .signature;

describe('the bundled signature lists', () => {
  it('are valid', () => {
    expect(parseSignatureLists(bundledSignatureListsText()).errors).toEqual([]);
  });

  it.each([
    [
      'an assertion of glibc',
      [
        '__pthread_kill_implementation',
        'raise',
        'abort',
        '__assert_fail_base',
        '__assert_fail',
        'game::load(char const*)',
        'main',
      ],
      'game::load',
    ],
    [
      'a panic of Rust',
      [
        'rust_panic',
        'std::panicking::rust_panic_with_hook',
        'rust_begin_unwind',
        'core::panicking::panic_fmt',
        'core::option::unwrap_failed',
        'game::level::load::h0123456789abcdef',
        'main',
      ],
      'core::panicking::panic_fmt | core::option::unwrap_failed | game::level::load',
    ],
    [
      'a crash in the allocator',
      ['_int_malloc', 'malloc', 'operator new(unsigned long)', 'game::spawn()', 'main'],
      '_int_malloc | malloc | operator new | game::spawn',
    ],
    [
      'an uncaught exception of C++',
      [
        'raise',
        'abort',
        '__gnu_cxx::__verbose_terminate_handler()',
        '__cxxabiv1::__terminate(void (*)())',
        'std::terminate()',
        '__cxa_throw',
        'game::save()',
        'main',
      ],
      'game::save',
    ],
    [
      'an exception of Objective-C',
      ['__exceptionPreprocess', 'objc_exception_throw', '-[NSArray objectAtIndex:]', 'main'],
      'objc_exception_throw | -[NSArray objectAtIndex:]',
    ],
    [
      'a failed assertion of Swift',
      ['_assertionFailure(_:_:file:line:flags:)', 'Game.Level.load() -> ()', 'main'],
      '_assertionFailure | Game.Level.load',
    ],
    [
      'a panic of Go',
      ['runtime.raise', 'runtime.fatalpanic', 'runtime.gopanic', 'main.(*Level).Load', 'main.main'],
      'runtime.gopanic | main.(*Level).Load',
    ],
    [
      'no memory in V8',
      [
        'node::OOMErrorHandler',
        'v8::internal::V8::FatalProcessOutOfMemory(char const*)',
        'v8::internal::Heap::Allocate()',
      ],
      'OOM | unknown | node::OOMErrorHandler | v8::internal::V8::FatalProcessOutOfMemory | v8::internal::Heap::Allocate',
    ],
  ])('name %s', (_, names, signature) => {
    expect(signatureFor(...names)).toBe(signature);
  });
});
