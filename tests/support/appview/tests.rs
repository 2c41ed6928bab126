//! Tests of the stand-in itself.
