//! Black-box tests of the HTTP API and the command line: the real binary, spoken to over HTTP, on SQLite with files and on
//! Postgres with S3. What is asked here is what the contract says; nothing looks behind it but for what is stored.

#[path = "../support/mod.rs"]
mod support;

#[macro_use]
mod server;
mod client;
mod json;
mod stored;

mod access;
mod batch;
mod cli;
mod client_sequence;
mod concurrent;
mod connections;
mod corpus;
mod deletes;
mod digests;
mod errors;
mod fixtures;
mod fsck;
mod full;
mod gallery;
mod healing;
mod iiif;
mod issuer;
mod kill;
mod lifecycle;
mod listing;
mod made;
mod matrix;
mod media_object;
mod metadata;
mod operations;
mod owners;
mod policies;
mod proxies;
mod quotas;
mod rates;
mod reads;
mod rebuild;
mod redacted;
mod redirect;
mod renditions;
mod sandbox;
mod scrub;
mod signed;
mod smuggling;
mod tokens;
mod transforms;
mod trash;
mod tus;
mod tus_clients;
mod unknown_commit;
mod uploads;
