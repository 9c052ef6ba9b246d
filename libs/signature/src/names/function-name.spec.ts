import { describe, expect, it } from '@jest/globals';

import { functionName } from './function-name.js';

describe('functionName', () => {
  it.each([
    ['mozilla::dom::Document::GetBody() const', 'mozilla::dom::Document::GetBody'],
    ['void Foo<int, std::vector<char> >::bar(int (*)(char), const char*) const &', 'Foo<T>::bar'],
    ['public: virtual void __thiscall nsFoo::Bar(unsigned int)', 'nsFoo::Bar'],
    ['static void * Allocator<Moz>::malloc(unsigned __int64)', 'Allocator<T>::malloc'],
    ["`anonymous namespace'::Worker::Run(void)", '(anonymous namespace)::Worker::Run'],
    ['void (anonymous namespace)::Worker::Run(void)', '(anonymous namespace)::Worker::Run'],
    ["`public: void Foo::bar(int)'::`2'::Local::baz(int)", "`Foo::bar'::`2'::Local::baz"],
    ["Foo::`scalar deleting destructor'(unsigned int)", "Foo::`scalar deleting destructor'"],
    ["`dynamic initializer for 'g_foo''()", "`dynamic initializer for 'g_foo''"],
    ["[thunk]:public: virtual long Foo::Release`adjustor{8}' (void)", "Foo::Release`adjustor{8}'"],
    ['mozilla::Channel::~Channel()', 'mozilla::Channel::~Channel'],
    ['non-virtual thunk to Foo::bar()', 'Foo::bar'],
    ['decltype(auto) foo<int>(int)', 'foo<T>'],
    ['std::enable_if<(1 > 0), int>::type foo<3>(int)', 'foo<T>'],
    ['auto Foo::bar(int) const -> int', 'Foo::bar'],
    ['foo(int)::{lambda(int)#1}::operator()(int) const', 'foo::{lambda#1}::operator()'],
    ['Foo::bar()::$_12::operator()() const', 'Foo::bar::$::operator()'],
    ['Foo::bar()::<lambda_1a2b3c>::operator()(int)', 'Foo::bar::<T>::operator()'],
    [
      'std::_Function_handler<void (int), f()::{lambda()#2}>::_M_invoke(int&&)',
      'std::_Function_handler<T>::_M_invoke',
    ],
    [
      'std::__cxx11::basic_string<char>::foo[abi:cxx11](int) const',
      'std::__cxx11::basic_string<T>::foo',
    ],
    ['<name omitted>', '<name omitted>'],
    ['<unknown in foobar.dll>', '<unknown in foobar.dll>'],
  ])('of C++ %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['std::ostream& operator<< <char>(std::ostream&, char)', 'operator<< <T>'],
    ['bool Foo::operator<(Foo const&) const', 'Foo::operator<'],
    ['bool operator==<int>(Foo<int> const&, Foo<int> const&)', 'operator==<T>'],
    ['Foo<int>::operator->() const', 'Foo<T>::operator->'],
    ['Foo<&Bar::operator< >::baz()', 'Foo<T>::baz'],
    ['Foo::operator()(int) const', 'Foo::operator()'],
    ['Foo::operator[](int)', 'Foo::operator[]'],
    ['Foo::operator&&(Foo const&)', 'Foo::operator&&'],
    ['Foo::operator bool() const', 'Foo::operator bool'],
    ['Foo::operator std::vector<int> *() const', 'Foo::operator std::vector<T>*'],
    ['Foo::operator""_km(long double)', 'Foo::operator""_km'],
    ['operator new(unsigned long)', 'operator new'],
    ['operator delete[](void*)', 'operator delete[]'],
    ['my_operator(int)', 'my_operator'],
    ['operators::add(int)', 'operators::add'],
  ])('of operator %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['foo(int) [clone .cold.222]', 'foo'],
    ['foo(int) const [clone .isra.0] [clone .cold]', 'foo'],
    ['foo.cold', 'foo'],
    ['foo.constprop.0.isra.0', 'foo'],
    ['foo.llvm.1234567', 'foo'],
    ['foo.1', 'foo.1'],
    ['_NtWaitForSingleObject@12', 'NtWaitForSingleObject'],
    ['@fastcall_fn@8', 'fastcall_fn'],
    ['vector_fn@@16', 'vector_fn'],
    ['memcpy@@GLIBC_2.14', 'memcpy'],
    ['__libc_start_main@plt', '__libc_start_main'],
    ['__imp_CreateFileW', 'CreateFileW'],
    ['?foo@Bar@@QEAAXXZ', '?foo@Bar@@QEAAXXZ'],
  ])('of a copy or a decorated name %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['alloc::vec::Vec<T,A>::push::h0123456789abcdef', 'alloc::vec::Vec<T>::push'],
    [
      '<rayon::HeapJob<BODY> as rayon::Job>::execute',
      '<rayon::HeapJob<BODY> as rayon::Job>::execute',
    ],
    ['core::ptr::drop_in_place<alloc::vec::Vec<u8>>', 'core::ptr::drop_in_place<T>'],
    ['foo::bar::{{closure}}::h0123456789abcdef', 'foo::bar::{{closure}}'],
    ['foo::{closure#0}', 'foo::{closure#0}'],
    ['core[846817f741e54dfd]::slice::index', 'core::slice::index'],
    [
      'static void core::ptr::drop_in_place<enum2$<core::Option<u8> > >(enum2$<x>*)',
      'core::ptr::drop_in_place<T>',
    ],
    ['enum2$<core::result::Result<u8,i8> >::unwrap<u8,i8>(...)', 'enum2$<T>::unwrap<T>'],
    ['foo::hash::hex::hfeed', 'foo::hash::hex::hfeed'],
  ])('of Rust %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['-[NSApplication _crashOnException:]', '-[NSApplication _crashOnException:]'],
    ['+[NSObject(Category) load]', '+[NSObject(Category) load]'],
    ['__42-[Foo bar:baz:]_block_invoke.123', '__42-[Foo bar:baz:]_block_invoke'],
    ['__foo_block_invoke_2', '__foo_block_invoke'],
    ['Swift.Array.subscript.getter : A', 'Swift.Array.subscript.getter'],
    ['MyApp.View.viewDidLoad() -> ()', 'MyApp.View.viewDidLoad'],
    [
      'closure #1 (Swift.Int) -> () in MyApp.Foo.bar(x: Swift.Int) -> Swift.String',
      'closure #1 in MyApp.Foo.bar',
    ],
    ['specialized MyApp.Foo<A>.bar(x: Swift.Int) throws -> Swift.String', 'MyApp.Foo<T>.bar'],
    [
      'partial apply forwarder for closure #1 () -> () in MyApp.Foo.run() -> ()',
      'closure #1 in MyApp.Foo.run',
    ],
    ['@objc MyApp.Foo.bar(_:) -> ()', 'MyApp.Foo.bar'],
  ])('of Objective-C or Swift %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['main.(*Server).Serve', 'main.(*Server).Serve'],
    ['wasm-function[1234]', 'wasm-function[1234]'],
    ['js::RunScript(JSContext*, js::RunState&)', 'js::RunScript'],
    ['Foo.prototype.bar/<', 'Foo.prototype.bar/<'],
    ['get foo', 'foo'],
    ['System.Collections.Generic.List<int>.Add(int)', 'System.Collections.Generic.List<T>.Add'],
  ])('of Go, JavaScript, WebAssembly or C# %s is %s', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it.each([
    ['(((((', '((((('],
    ['()', '()'],
    ['foo<', 'foo<T>'],
    ['foo(', 'foo'],
    ['`foo(int)', "`foo'"],
    ['a\u202eb\u0000c', 'abc'],
    ['', ''],
  ])('of broken %j is %j', (source, name) => {
    expect(functionName(source)).toBe(name);
  });

  it('ends in dots if it is longer than 255 characters', () => {
    expect(functionName('x'.repeat(300))).toBe(`${'x'.repeat(252)}...`);
  });
});
