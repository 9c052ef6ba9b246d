//! Counts the bytes in use, so that the host can set a lower limit than the maximum that is linked in.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

static USED: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static EXHAUSTED: AtomicBool = AtomicBool::new(false);

pub fn limit(bytes: usize) {
    LIMIT.store(if bytes == 0 { usize::MAX } else { bytes }, Relaxed);
}

pub fn exhausted() -> bool {
    EXHAUSTED.load(Relaxed)
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

impl Counting {
    fn claim(&self, size: usize) -> bool {
        let fits = USED
            .load(Relaxed)
            .checked_add(size)
            .is_some_and(|used| used <= LIMIT.load(Relaxed));
        if fits {
            USED.fetch_add(size, Relaxed);
        } else {
            EXHAUSTED.store(true, Relaxed);
        }
        fits
    }

    fn confirm(&self, pointer: *mut u8, size: usize) -> *mut u8 {
        if pointer.is_null() {
            USED.fetch_sub(size, Relaxed);
            EXHAUSTED.store(true, Relaxed);
        }
        pointer
    }
}

// SAFETY: the system's allocator does the work; this one only counts and refuses.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !self.claim(layout.size()) {
            return std::ptr::null_mut();
        }
        self.confirm(System.alloc(layout), layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !self.claim(layout.size()) {
            return std::ptr::null_mut();
        }
        self.confirm(System.alloc_zeroed(layout), layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !self.claim(size) {
            return std::ptr::null_mut();
        }
        let moved = self.confirm(System.realloc(pointer, layout, size), size);
        if !moved.is_null() {
            USED.fetch_sub(layout.size(), Relaxed);
        }
        moved
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        System.dealloc(pointer, layout);
        USED.fetch_sub(layout.size(), Relaxed);
    }
}
