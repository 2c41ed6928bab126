//! `docker-credential-atcr`, the Docker credential helper of ATCR: the parts of the program, so that tests, benches
//! and fuzz targets can reach them. No interface here is stable; the commands, files and exit codes are.
pub mod config;
pub mod domain;
