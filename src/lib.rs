//! mana-media: a content-addressed media store with thumbnails, EXIF and a gallery.
//!
//! The rooms, from the door down. Imports point down only: `http cli` → `ingest delivery gallery maintenance` → `worker` →
//! `objects` → `catalog blob spool access` → `sandbox` → `imaging` → `threads telemetry crash disk` → `media`. Only `http` knows axum, only `catalog` sqlx, only
//! `blob` the S3 SDK; `imaging` and `media` know neither tokio nor files.

pub mod app;
pub mod cli;
pub mod config;
pub mod http;
pub mod lifecycle;

pub mod delivery;
pub mod gallery;
pub mod ingest;
pub mod maintenance;

pub mod objects;
pub mod worker;

pub mod access;
pub mod blob;
pub mod catalog;
pub mod imaging;
pub mod sandbox;
pub mod spool;

pub mod crash;
pub mod disk;
pub mod media;
pub mod telemetry;
pub mod threads;
