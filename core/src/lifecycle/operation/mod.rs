//! What each operation does, call by call, as in Helm's `pkg/action`.

mod hooks;
mod install;
mod record;
mod rollback;
mod testing;
mod uninstall;
mod update;
mod upgrade;

use super::action::Verb;
use super::client::{Ctl, Flow};

/// Runs a client's operation as far as its answers go.
pub fn run(ctl: &mut Ctl) -> Flow<()> {
    match ctl.action.verb {
        Verb::Install => install::command(ctl),
        Verb::Upgrade => upgrade::command(ctl),
        Verb::Rollback => {
            let revision = ctl.action.revision;
            rollback::rollback(ctl, revision, ctl.action.history_max, ctl.action.wait)
        }
        Verb::Uninstall => {
            uninstall::uninstall(ctl, ctl.action.keep_history, ctl.action.wait, ctl.action.foreground)
        }
        Verb::Test => testing::test(ctl),
    }
}

/// Runs what a client does after it was told to stop (L96): only install and upgrade get here.
pub fn run_cancelled(ctl: &mut Ctl, own: super::release::Release) -> Flow<()> {
    let own = ctl.keep(own);
    ctl.own = Some(own);
    match ctl.action.verb {
        Verb::Upgrade if own_is_upgrade(ctl) => super::client::wrapped(
            upgrade::fail_release(ctl, own, &[], "context canceled".into()),
            "UPGRADE FAILED: ",
        ),
        Verb::Upgrade => install::fail_release(ctl, own, "context canceled".into()),
        _ => super::client::wrapped(
            install::fail_release(ctl, own, "context canceled".into()),
            "INSTALLATION FAILED: ",
        ),
    }
}

/// `upgrade --install` may be an install.
fn own_is_upgrade(ctl: &Ctl) -> bool {
    ctl.own.is_some_and(|own| ctl.mem(own).status != super::release::Status::PendingInstall)
}
