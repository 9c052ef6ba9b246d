fn main() {
    println!("cargo:rerun-if-changed=src/crash.c");
    cc::Build::new().file("src/crash.c").flag("-g").flag("-O1").flag("-fno-omit-frame-pointer").compile("crash");
}
