//! The same bits on this machine and in WebAssembly.

#[allow(dead_code, unreachable_pub)]
#[path = "../examples/bits.rs"]
mod bits;
mod support;

use std::process::Command;

/// `script/wasm` builds the module and names it.
const MODULE: &str = "VISITPLAN_WASM";

#[test]
fn prices_and_plans_are_the_same_bits_in_web_assembly() {
    let here = bits::bits(1);
    assert_ne!(here, 0, "there is a plan");
    let Some(module) = std::env::var_os(MODULE) else {
        return support::say(&format!(
            "SKIPPED: no WebAssembly module ({MODULE}); script/wasm builds it and runs this"
        ));
    };
    let program = "const fs = require('fs');
        const module = new WebAssembly.Module(fs.readFileSync(process.argv[1]));
        const { bits } = new WebAssembly.Instance(module, {}).exports;
        console.log(BigInt.asUintN(64, bits(1)).toString());";
    let output = Command::new("node").arg("-e").arg(program).arg(module).output().expect("node");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim(), here.to_string(), "{complaint}");
}
