//! `crasher KIND FILE` starts a process that crashes in C code, and writes its minidump into FILE. The kinds are in crash.c.

use std::ffi::{c_char, c_int, CString};
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use crash_handler::{make_crash_event, CrashContext, CrashEventResult, CrashHandler};
use minidumper::{Client, Error, LoopAction, MinidumpBinary, Server, ServerHandler, SocketName};

extern "C" {
    fn crash(kind: *const c_char) -> c_int;
}

struct IntoFile(PathBuf);

impl ServerHandler for IntoFile {
    fn create_minidump_file(&self) -> Result<(File, PathBuf), std::io::Error> {
        Ok((File::create(&self.0)?, self.0.clone()))
    }

    fn on_minidump_created(&self, result: Result<MinidumpBinary, Error>) -> LoopAction {
        result.expect("a minidump");
        LoopAction::Exit
    }

    fn on_message(&self, _kind: u32, _bytes: Vec<u8>) {}
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [kind, file] => write_dump(kind, PathBuf::from(file)),
        [_, kind, socket] => crash_here(kind, socket),
        _ => panic!("crasher KIND FILE"),
    }
}

/// A process may not look into itself: the parent writes the minidump of its child.
fn write_dump(kind: &str, file: PathBuf) {
    let socket = format!("{}.socket", file.display());
    let mut server = Server::with_name(SocketName::path(&socket)).expect("a socket");
    let program = std::env::current_exe().expect("a path");
    let mut child = Command::new(program).arg("--child").arg(kind).arg(&socket).spawn().expect("a child");
    server.run(Box::new(IntoFile(file)), &AtomicBool::new(false), None).expect("a crash");
    child.wait().expect("an end");
    let _ = std::fs::remove_file(socket);
}

fn crash_here(kind: &str, socket: &str) {
    let client = Client::with_name(SocketName::path(socket)).expect("a server");
    let event = move |context: &CrashContext| CrashEventResult::Handled(client.request_dump(context).is_ok());
    // SAFETY: the handler only sends a message.
    let _handler = CrashHandler::attach(unsafe { make_crash_event(event) }).expect("a handler");
    let waiting = std::thread::Builder::new().name("waiting".into());
    let _thread = waiting.spawn(|| std::thread::park()).expect("a thread");
    let kind = CString::new(kind).expect("a kind");
    // SAFETY: it crashes, which is what it is for.
    unsafe { crash(kind.as_ptr()) };
}
