//! The one integration binary: every test of the outside behaviour.

mod tokens;
