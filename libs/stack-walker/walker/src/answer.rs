//! One minidump, its symbols, and the answer to the host.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use minidump::Minidump;
use minidump_processor::{process_minidump, ProcessState};
use serde_json::json;

use crate::symbols::Symbols;

/// Endless recursion makes hundreds of thousands of frames. The rest of such a thread says nothing new.
const FRAMES_PER_THREAD: usize = 2000;

#[derive(Default)]
pub struct Walker {
    pub dump: Vec<u8>,
    pub symbols: Symbols,
    pub answer: Vec<u8>,
}

impl Walker {
    pub fn walk(&mut self) -> usize {
        self.answer = Vec::new();
        self.symbols.start_walk();
        match self.process() {
            Ok(mut state) => self.answer_with(&mut state),
            Err((code, message)) => {
                let error = json!({ "error": { "code": code, "message": message } });
                self.answer = error.to_string().into_bytes();
            }
        }
        self.answer.len()
    }

    fn process(&self) -> Result<ProcessState, (&'static str, String)> {
        let dump = Minidump::read(&self.dump[..]).map_err(|error| (error.name(), error.to_string()))?;
        finished(process_minidump(&dump, &self.symbols))
            .map_err(|error| (error.name(), error.to_string()))
    }

    fn answer_with(&mut self, state: &mut ProcessState) {
        let mut frames_cut = 0;
        for thread in &mut state.threads {
            frames_cut += thread.frames.len().saturating_sub(FRAMES_PER_THREAD);
            thread.frames.truncate(FRAMES_PER_THREAD);
        }
        let asked: Vec<_> = self.symbols.asked().into_iter().map(|id| [id.debug_file, id.debug_id]).collect();
        let head = json!({ "asked": asked, "frames_cut": frames_cut }).to_string();
        self.answer = head.into_bytes();
        self.answer.pop();
        self.answer.extend_from_slice(b",\"walk\":");
        state.print_json(&mut self.answer, false).expect("a vector takes all bytes");
        self.answer.push(b'}');
    }
}

/// The walker's futures wait for nothing but symbols, and these are there.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("no future of the walk waits"),
    }
}
