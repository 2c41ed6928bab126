//! How much of an ancestor is read.

/// Of a command line longer than this, in bytes, the words in front are used: the image stands there, and thousands of files
/// after it. Of an environment, nothing is.
pub(super) const LONGEST: usize = 256 * 1024;
