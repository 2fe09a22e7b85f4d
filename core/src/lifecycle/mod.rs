//! What would happen: releases, hooks, Jobs and Pods under Helm's operations.
//!
//! `operation` is Helm: each operation written call by call, suspended between any two. [`cluster`] is Kubernetes:
//! one function for each thing that happens by itself. [`step`] joins the two, state to state; [`simulate`] follows
//! one script through them on a clock; [`walk`] lists all that may happen next, for whoever follows every script.
//!
//! Invariant: a [`state::State`] holds numbers only and is a function of the steps taken; nothing here reads a clock.

pub mod action;
pub mod client;
pub mod cluster;
pub mod engine;
mod kinds;
pub mod object;
mod operation;
pub mod release;
pub mod rendered;
pub mod script;
pub mod simulate;
pub mod state;
pub mod step;
pub mod walk;
pub mod world;
