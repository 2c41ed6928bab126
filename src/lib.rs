//! `docker-credential-atcr`, the Docker credential helper of ATCR: the parts of the program, so that tests, benches
//! and fuzz targets can reach them. No interface here is stable; the commands, files and exit codes are.

#![forbid(unsafe_code)]

pub mod app;
pub mod appview;
pub mod cli;
pub mod commands;
pub mod credential_store;
pub mod docker;
pub mod domain;
pub mod error;
pub mod kubernetes;
pub mod platform;
pub mod storage;
pub mod terminal;
pub mod text;
pub mod update;
