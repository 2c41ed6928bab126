//! How much of an ancestor is read.

/// Command lines longer than this, in bytes, are not searched. A client's is far shorter.
pub(super) const LONGEST: usize = 256 * 1024;
