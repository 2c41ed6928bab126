//! Real programs on the other side: registry clients against the stand-in registry, credential stores, browsers.
//!
//! What every registry client must get right is written once, in [`scenarios`] and [`builds`], and in [`containers`]
//! for podman, buildah and skopeo; a client's own file holds its command lines, and what it alone does. A client that is
//! not on this machine is skipped.

mod bake;
// Not under qemu, which lacks calls of terminals.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod browser;
mod buildah;
mod builds;
#[cfg(target_os = "linux")]
mod chromium;
pub mod client;
mod compose;
pub mod containers;
mod cosign;
mod crane;
#[cfg(target_os = "linux")]
mod device_page;
mod docker;
mod docker_login;
mod docker_registry;
pub mod engine;
mod helm;
mod hooks;
pub mod installed;
mod oras;
mod picture;
mod plugins;
mod podman;
mod podman_compose;
mod real_credential_stores;
mod scenarios;
mod shape;
pub mod skopeo;
mod svg;

/// Makes a test of each of these scenarios of a module, for all of `$clients`.
macro_rules! scenarios_of {
    ($module:ident, $clients:expr; $($scenario:ident)*) => {
        $(
            #[test]
            fn $scenario() {
                for client in $clients {
                    let _named = $crate::clients::client::NamedOnFailure(&client);
                    $crate::clients::$module::$scenario(&client);
                }
            }
        )*
    };
}
use scenarios_of;

/// Makes a test of everything that every client must get right.
macro_rules! every_scenario {
    ($clients:expr) => {
        $crate::clients::scenarios_of! {
            scenarios, $clients;
            consecutive_pushes_use_the_account_in_the_image_name
            concurrent_pushes_use_the_account_in_the_image_name
            pulls_use_the_account_in_the_image_name
            an_image_that_names_an_account_needs_no_active_one
            a_push_as_the_other_account_is_refused
            a_pull_as_the_other_account_is_refused
            a_public_image_is_pulled_without_a_login
            a_private_image_without_a_login_fails_with_a_hint
            an_expired_session_shows_where_to_renew_it
            a_revoked_secret_shows_how_to_log_in_again
            an_ambiguous_account_fails_with_a_hint
            a_pipeline_needs_its_environment_and_no_file
        }
    };
}
use every_scenario;
