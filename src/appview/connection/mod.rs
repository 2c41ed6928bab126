//! How connections are made: to which addresses, through which proxy, and whose certificate is trusted.

mod authorities;
mod authority;
mod client;
mod failure;
mod proxy;
mod reason;
mod resolver;
mod thread;
mod untrusted;
mod verifier;

pub(super) use client::{Trust, client};
pub use failure::{Failure, Peer};
pub(super) use failure::{NoAnswer, SpeaksTls};
pub(crate) use proxy::is_proxy;
pub(crate) use untrusted::untrusted_elsewhere;
