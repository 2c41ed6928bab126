//! How much of an ancestor is read.

/// In bytes. No Linux gives a program more than 6 MiB of words and variables together, but one may show others in their
/// place. Of a longer command line the words in front are used: the image stands there, and thousands of files after it. Of
/// a longer environment, nothing is.
pub(super) const LONGEST: usize = 8 * 1024 * 1024;
