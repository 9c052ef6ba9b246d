//! The symbol files that the host has given, and the modules whose symbols a walk asked for in vain.

use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;

use async_trait::async_trait;
use breakpad_symbols::breakpad_sym_lookup;
use minidump::Module;
use minidump_unwind::{
    FileError, FileKind, FillSymbolError, FrameSymbolizer, FrameWalker, SymbolError, SymbolFile,
    SymbolProvider, SymbolStats,
};

/// A module as the Breakpad layout files it, `<debug file>/<debug id>/`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ModuleId {
    pub debug_file: String,
    pub debug_id: String,
}

impl ModuleId {
    fn of(module: &(dyn Module + Sync)) -> Option<Self> {
        // The path has the form <debug file>/<debug id>/<name>.sym; neither part contains a slash.
        let path = breakpad_sym_lookup(module)?.server_rel;
        let mut parts = path.split('/');
        let (debug_file, debug_id) = (parts.next()?.to_string(), parts.next()?.to_string());
        Some(Self { debug_file, debug_id })
    }
}

#[derive(Default)]
pub struct Symbols {
    chunks: VecDeque<Vec<u8>>,
    files: HashMap<ModuleId, Result<SymbolFile, SymbolError>>,
    /// Of the last walk, in the order in which it asked.
    asked: Mutex<Vec<ModuleId>>,
    stats: Mutex<HashMap<String, SymbolStats>>,
}

impl Symbols {
    pub fn add_chunk(&mut self, chunk: Vec<u8>) {
        self.chunks.push_back(chunk);
    }

    pub fn end_file(&mut self, index: usize) {
        let chunks = Chunks { left: std::mem::take(&mut self.chunks), read: 0 };
        let id = self.asked.get_mut().unwrap().get(index).cloned();
        if let Some(id) = id {
            self.files.insert(id, SymbolFile::parse(chunks, |_| ()));
        }
    }

    pub fn start_walk(&mut self) {
        self.asked.get_mut().unwrap().clear();
        self.stats.get_mut().unwrap().clear();
    }

    pub fn asked(&self) -> Vec<ModuleId> {
        self.asked.lock().unwrap().clone()
    }

    fn find(&self, module: &(dyn Module + Sync)) -> Option<&SymbolFile> {
        let id = ModuleId::of(module);
        let file = id.as_ref().and_then(|id| self.files.get(id));
        let stats = SymbolStats {
            loaded_symbols: file.is_some(),
            corrupt_symbols: matches!(file, Some(Err(_))),
            ..SymbolStats::default()
        };
        let name = minidump_common_basename(&module.code_file()).to_string();
        self.stats.lock().unwrap().insert(name, stats);
        if let (Some(id), None) = (id, file) {
            let mut asked = self.asked.lock().unwrap();
            if !asked.contains(&id) {
                asked.push(id);
            }
        }
        file.and_then(|file| file.as_ref().ok())
    }
}

fn minidump_common_basename(path: &str) -> &str {
    breakpad_symbols::basename(path)
}

#[async_trait]
impl SymbolProvider for Symbols {
    async fn fill_symbol(
        &self,
        module: &(dyn Module + Sync),
        frame: &mut (dyn FrameSymbolizer + Send),
    ) -> Result<(), FillSymbolError> {
        // The error has no public constructor but by its literal.
        self.find(module).ok_or(FillSymbolError {})?.fill_symbol(module, frame);
        Ok(())
    }

    async fn walk_frame(
        &self,
        module: &(dyn Module + Sync),
        walker: &mut (dyn FrameWalker + Send),
    ) -> Option<()> {
        self.find(module)?.walk_frame(module, walker)
    }

    async fn get_file_path(
        &self,
        _module: &(dyn Module + Sync),
        _kind: FileKind,
    ) -> Result<PathBuf, FileError> {
        Err(FileError::NotFound)
    }

    fn stats(&self) -> HashMap<String, SymbolStats> {
        self.stats.lock().unwrap().clone()
    }
}

/// Frees each chunk once it is read, so that a file and what is parsed from it are not in memory together.
struct Chunks {
    left: VecDeque<Vec<u8>>,
    /// Bytes of the first chunk.
    read: usize,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while let Some(chunk) = self.left.front() {
            let rest = &chunk[self.read..];
            if !rest.is_empty() {
                let length = rest.len().min(buffer.len());
                buffer[..length].copy_from_slice(&rest[..length]);
                self.read += length;
                return Ok(length);
            }
            self.left.pop_front();
            self.read = 0;
        }
        Ok(0)
    }
}
