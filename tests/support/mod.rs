//! What integration tests share: real servers, started once for each test process, and the contract of blob stores.
//!
//! A server is taken from the environment when `./test` has started one, else from this machine. One that cannot be had fails
//! the test that needs it.

#![allow(dead_code)] // Each test binary uses a part of this.

pub(crate) mod blob_contract;
pub(crate) mod postgres;
pub(crate) mod s3;
mod seaweed;
pub(crate) mod server;
