//! include, tpl, required, fail, lookup, getHostByName.
