//! Lists what `make assets` built for `include_bytes!`, so that the program needs no files beside
//! itself.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let built = Path::new(&root).join("assets/dist");
    println!("cargo::rerun-if-changed={}", built.display());
    if !built.join(".inputs").exists() {
        println!("cargo::error=styles and scripts are not built yet: run `make assets` first");
        return Ok(());
    }
    let mut files: Vec<String> = fs::read_dir(&built)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        // NAME.HASH.ENDING; the twins of each file have a fourth part.
        if let [stem, hash, ending] = file.split('.').collect::<Vec<_>>().as_slice() {
            let bytes = |twin: &str| {
                format!("include_bytes!({:?})", built.join(file).display().to_string() + twin)
            };
            let _ = writeln!(
                code,
                "    Asset {{ name: \"{stem}.{ending}\", file: {file:?}, hash: {hash:?}, plain: {}, \
                 gzip: {}, brotli: {} }},",
                bytes(""),
                bytes(".gz"),
                bytes(".br")
            );
        }
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("assets.rs"), code)
}
