//! The stack walker as WebAssembly without imports: whatever a minidump or a symbol file makes it do, it can only
//! compute. The host writes bytes into its memory, calls it, and reads JSON. An instance serves one minidump:
//!
//! 1. `take_dump` with memory that the host filled after `allocate`.
//! 2. `walk`: the answer is `{"asked":[…],"frames_cut":N,"walk":{…}}` or `{"error":{"code":"…","message":"…"}}`; `asked` are
//!    the modules whose symbols the walk needed and did not have.
//! 3. `take_symbols` for every chunk of such a file, `end_symbols` at its end, and again `walk`.

mod answer;
mod memory;
mod symbols;

use std::cell::RefCell;

use answer::Walker;

thread_local! {
    static WALKER: RefCell<Walker> = RefCell::default();
}

fn with_walker<R>(action: impl FnOnce(&mut Walker) -> R) -> R {
    WALKER.with(|walker| action(&mut walker.borrow_mut()))
}

/// Memory for the host to fill. It goes back with the next call that takes it.
#[no_mangle]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    let mut bytes = std::mem::ManuallyDrop::new(Vec::<u8>::with_capacity(length));
    bytes.as_mut_ptr()
}

/// # Safety
/// `pointer` and `length` must be those of an `allocate` that nothing has taken, and the host must have filled it.
unsafe fn taken(pointer: *mut u8, length: usize) -> Vec<u8> {
    Vec::from_raw_parts(pointer, length, length)
}

/// Bytes that may be in use, at most the maximum of the memory; 0 for no limit but that one.
#[no_mangle]
pub extern "C" fn limit_memory(bytes: usize) {
    memory::limit(bytes);
}

/// Whether memory ran out, for the host to ask after a trap.
#[no_mangle]
pub extern "C" fn out_of_memory() -> bool {
    memory::exhausted()
}

/// # Safety
/// See [`taken`].
#[no_mangle]
pub unsafe extern "C" fn take_dump(pointer: *mut u8, length: usize) {
    let dump = taken(pointer, length);
    with_walker(|walker| walker.dump = dump);
}

/// The next chunk of a symbol file.
///
/// # Safety
/// See [`taken`].
#[no_mangle]
pub unsafe extern "C" fn take_symbols(pointer: *mut u8, length: usize) {
    let chunk = taken(pointer, length);
    with_walker(|walker| walker.symbols.add_chunk(chunk));
}

/// Parses the chunks as the symbol file of `asked[index]` of the last answer.
#[no_mangle]
pub extern "C" fn end_symbols(index: usize) {
    with_walker(|walker| walker.symbols.end_file(index));
}

/// Walks all threads; returns the length of the answer.
#[no_mangle]
pub extern "C" fn walk() -> usize {
    with_walker(|walker| walker.walk())
}

#[no_mangle]
pub extern "C" fn answer() -> *const u8 {
    with_walker(|walker| walker.answer.as_ptr())
}
