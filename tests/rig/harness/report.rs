//! `target/rig/report.json`: what each row of the rig found, with the figures of its last run.

use std::path::Path;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

/// Writes a row, prints it, and fails the test when something was wrong.
pub(crate) fn row(name: &str, mut figures: Value, wrong: &[String]) {
    static WRITING: Mutex<()> = Mutex::new(());
    let shown = &wrong[..wrong.len().min(20)];
    figures["passed"] = json!(wrong.is_empty());
    figures["wrong"] = json!(shown);
    figures["ended"] = json!(chrono::Utc::now().to_rfc3339());
    println!("{name}: {figures}");
    {
        let _alone = WRITING.lock().expect("the lock");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("rig");
        std::fs::create_dir_all(&folder).expect("make the folder");
        let path = folder.join("report.json");
        let old = std::fs::read(&path).unwrap_or_default();
        let mut report: Map<String, Value> = serde_json::from_slice(&old).unwrap_or_default();
        report.insert(name.to_owned(), figures);
        let text = serde_json::to_vec_pretty(&report).expect("JSON");
        std::fs::write(&path, text).expect("write the report");
    }
    assert!(
        wrong.is_empty(),
        "{name}: {} wrong, among them {shown:#?}",
        wrong.len()
    );
}
