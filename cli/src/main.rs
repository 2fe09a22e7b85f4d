//! The hookwright command line.

fn main() {}
