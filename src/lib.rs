//! `docker-credential-atcr`, the Docker credential helper of ATCR: the parts of the program, so that tests, benches
//! and fuzz targets can reach them. No interface here is stable; the commands, files and exit codes are.

// src/private_file/access_list.rs has some.
#![cfg_attr(not(windows), forbid(unsafe_code))]

pub mod app;
pub mod appview;
pub mod browse;
pub mod cli;
pub mod commands;
pub mod config;
pub mod core_dump;
pub mod docker_config;
pub mod domain;
pub mod environment;
mod exposed;
pub mod failure;
pub mod help;
pub mod keeper;
pub mod kubelet;
pub mod parent;
mod private_file;
pub mod program;
pub mod protocol;
pub mod roll;
pub mod terminal;
pub mod timestamp;
pub mod update;
mod usage;
