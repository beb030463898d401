//! `openapi`: the API document on standard output.

use std::process::ExitCode;

use crate::http::openapi_document;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    println!("{}", openapi_document().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
