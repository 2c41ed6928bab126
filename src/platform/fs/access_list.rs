//! Gives a folder on Windows an access list of its own, which all that is made in it inherits: this user, the system and
//! its administrators. In a profile that is so anyway; elsewhere, what Windows has a new folder inherit lets every user of
//! the machine read.
//!
//! The one file with `unsafe` code: no crate that is kept up sets access lists.

use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind, get_current_pid};
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, SetFileSecurityW,
};

/// Takes a folder, and what is made in it from now on, away from everybody else.
///
/// # Errors
/// When the system does not tell who we are, or the folder's file system has no access lists or does not let us set them.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let user = this_user().ok_or(io::ErrorKind::NotFound)?;
    // SDDL, "Security Descriptor Definition Language": (P) protected from what is above; (A) allow, to (OI) files and
    // (CI) folders inside too, (FA) everything, to the user, (SY) the system and (BA) the administrators.
    let everything_to = |who: &str| format!("(A;OICI;FA;;;{who})");
    let list = format!("D:P{}", [&*user, "SY", "BA"].map(everything_to).concat());
    Descriptor::parse(&list)?.protect(folder)
}

/// The security identifier of the user whose process this is.
fn this_user() -> Option<String> {
    let pid = get_current_pid().ok()?;
    let mut system = System::new().ok()?;
    let what = ProcessRefreshKind::nothing().with_user(UpdateKind::Always).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    Some(system.process(pid)?.user_id()?.to_string())
}

/// A security descriptor in the system's memory.
struct Descriptor(PSECURITY_DESCRIPTOR);

#[expect(unsafe_code, reason = "no crate that is kept up sets access lists")]
impl Descriptor {
    fn parse(sddl: &str) -> io::Result<Self> {
        let sddl = wide(sddl.encode_utf16());
        let mut descriptor = Self(null_mut());
        // SAFETY: `sddl` ends with a zero; the result is written to `descriptor`, which frees it. Its size is not asked for.
        let done = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                sddl.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor.0,
                null_mut(),
            )
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(descriptor) }
    }

    fn protect(&self, folder: &Path) -> io::Result<()> {
        let folder = wide(folder.as_os_str().encode_wide());
        let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
        // SAFETY: `folder` ends with a zero, and the descriptor is valid until it is dropped.
        let done = unsafe { SetFileSecurityW(folder.as_ptr(), what, self.0) };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

#[expect(unsafe_code, reason = "see above")]
impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the system allocated it for `parse`, which is its only owner; freeing null does nothing.
        unsafe { LocalFree(self.0) };
    }
}

/// A text as Windows takes it, with a zero at its end.
fn wide(text: impl Iterator<Item = u16>) -> Vec<u16> {
    text.chain([0]).collect()
}
