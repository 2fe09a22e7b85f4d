//! `helm install`: `pkg/action/install.go` (L49–L53, L62).

use super::{hooks, record, uninstall, update};
use crate::hook::HookEvent;
use crate::lifecycle::action::ServerSide;
use crate::lifecycle::client::{Ctl, Flow, Mem, Role, Write, caught, fail, wrapped};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::object::{Nature, Spec};
use crate::lifecycle::release::{HookRun, Phase, Release, Status};
use crate::lifecycle::world::{Key, Rendering, SpecId};

/// The command.
pub fn command(ctl: &mut Ctl) -> Flow<()> {
    let replace = ctl.action.replace;
    wrapped(install(ctl, replace), "INSTALLATION FAILED: ")
}

/// Runs an install, also as the install branch of `upgrade --install`.
pub fn install(ctl: &mut Ctl, replace: bool) -> Flow<()> {
    let (name, namespace) = (ctl.action.release, ctl.action.namespace);
    let server_side = ctl.engine.server_side && ctl.action.server_side != ServerSide::False;
    let dry = ctl.action.dry_run || ctl.action.client_only;
    if !dry {
        let taken = match caught(record::last(ctl, name))? {
            Ok(Some(last)) => !(replace && matches!(last.status, Status::Uninstalled | Status::Failed)),
            _ => false,
        };
        if taken {
            return fail(if ctl.engine.is_v3() {
                "cannot re-use a name that is still in use"
            } else {
                "release name check failed: cannot reuse a name that is still in use"
            });
        }
    }
    let rendering = Rendering {
        chart: ctl.action.chart,
        version: ctl.engine.version,
        revision: 1,
        upgrade: false,
        release: name,
        namespace,
        values: ctl.action.values,
    };
    let rendered = ctl.world.render(&rendering);
    if let Ok(content) = rendered
        && !dry
        && !ctl.action.skip_crds
    {
        let crds = ctl.world.content(content).crds.clone();
        crds_first(ctl, &crds, server_side)?;
    }
    let wait = effective(ctl);
    let content_id = match rendered {
        Ok(content) => content,
        Err(error) => return fail(ctl.str(error)),
    };
    let content = ctl.world.content(content_id);
    if let Some(broken) = content.broken {
        return fail(format!(
            "unable to build kubernetes objects from release manifest: {}",
            ctl.str(broken)
        ));
    }
    let resources = update::owned(ctl, &content, name, namespace);
    let mut adopted = Vec::new();
    if !ctl.action.client_only {
        let prefix = if ctl.engine.is_v3() {
            "Unable to continue with install: "
        } else {
            "unable to continue with install: "
        };
        adopted = wrapped(update::check(ctl, &resources, name, namespace), prefix)?;
    }
    if dry {
        return Ok(());
    }
    if ctl.action.create_namespace {
        make_namespace(ctl, server_side)?;
    }
    let mut release = Release {
        name,
        namespace,
        revision: 1,
        status: Status::PendingInstall,
        description: ctl.world.text("Initial install underway"),
        content: content_id,
        hooks: (0..content.hooks.len()).map(|n| HookRun { hook: n as u16, phase: Phase::None }).collect(),
        server_side,
        values: ctl.action.values,
    };
    if replace && let Some(last) = record::last(ctl, name)? {
        release.revision = last.revision + 1;
        if last.status != Status::Failed {
            let last = ctl.keep(last);
            ctl.set_status(last, Status::Superseded, Some("superseded by new release".into()));
            if let Err(error) = caught(record::update(ctl, last))? {
                return fail(error);
            }
        }
    }
    let release = ctl.keep(release);
    record::create(ctl, release, 0)?;
    ctl.own = Some(release);
    let done = caught(perform(ctl, release, &adopted, &resources, server_side, wait))?;
    ctl.past_cancelling()?;
    match done {
        Ok(()) => Ok(()),
        Err(error) => fail_release(ctl, release, error),
    }
}

/// The strategy after `--rollback-on-failure` had its say (L38).
pub fn effective(ctl: &Ctl) -> WaitStrategy {
    match ctl.action.wait {
        WaitStrategy::HookOnly if ctl.action.rollback_on_failure => WaitStrategy::Watcher,
        WaitStrategy::None3 if ctl.action.rollback_on_failure => WaitStrategy::Wait3,
        wait => wait,
    }
}

fn crds_first(ctl: &mut Ctl, crds: &[SpecId], server_side: bool) -> Flow<()> {
    let how = if server_side { Write::Apply(ctl.action.force_conflicts) } else { Write::Post };
    let mut made = Vec::new();
    for spec in crds {
        match caught(hooks::write(ctl, *spec, how, Role::Ahead))? {
            Ok(()) => made.push(*spec),
            Err(error) if error.ends_with("already exists") => {}
            Err(error) => {
                let name = ctl.world.name(ctl.world.spec(*spec).key);
                return fail(format!("failed to install CRD {name}: {error}"));
            }
        }
    }
    let awaited = ctl.engine.always_awaits_crds || ctl.action.wait.awaits_resources();
    if !made.is_empty() && awaited {
        let wait = match ctl.action.wait {
            WaitStrategy::HookOnly => WaitStrategy::Watcher,
            WaitStrategy::None3 => WaitStrategy::Wait3,
            wait => wait,
        };
        update::ready(ctl, &made, wait, false, Some(60_000))?;
    }
    Ok(())
}

fn make_namespace(ctl: &mut Ctl, server_side: bool) -> Flow<()> {
    let namespace = ctl.action.namespace;
    let key = Key {
        kind: ctl.world.text("Namespace"),
        api_version: ctl.world.text("v1"),
        namespace: ctl.world.text(""),
        name: namespace,
    };
    let label =
        (ctl.world.text(".metadata.labels.name"), ctl.world.text(&format!("{:?}", ctl.str(namespace))));
    let spec =
        Spec { key: ctl.world.key(key), fields: vec![label], nature: Nature::Thing, ..Spec::default() };
    let spec = ctl.world.add_spec(spec);
    let how = if server_side { Write::Apply(false) } else { Write::Post };
    match caught(hooks::write(ctl, spec, how, Role::Ahead))? {
        Err(error) if !error.ends_with("already exists") => fail(error),
        _ => Ok(()),
    }
}

fn perform(
    ctl: &mut Ctl,
    release: Mem,
    adopted: &[SpecId],
    resources: &[SpecId],
    server_side: bool,
    wait: WaitStrategy,
) -> Flow<()> {
    if !ctl.action.no_hooks {
        wrapped(hooks::run(ctl, release, HookEvent::PreInstall, wait, server_side), "failed pre-install: ")?;
    }
    if adopted.is_empty() {
        update::create(ctl, resources, server_side)?;
    } else {
        let way = update::Way {
            server_side,
            force_conflicts: ctl.action.force_conflicts,
            force_replace: ctl.action.force_replace,
            migrate: true,
        };
        if let (_, Err(error)) = update::update(ctl, adopted, resources, way)? {
            return fail(error);
        }
    }
    if wait.awaits_resources() {
        update::ready(ctl, resources, wait, ctl.action.wait_for_jobs, None)?;
    }
    if !ctl.action.no_hooks {
        wrapped(
            hooks::run(ctl, release, HookEvent::PostInstall, wait, server_side),
            "failed post-install: ",
        )?;
    }
    record::deploy(ctl, release, "Install complete");
    if let Err(error) = caught(record::update(ctl, release))? {
        ctl.warn(format!("level=ERROR msg=\"failed to record the release\" error={error:?}"));
    }
    Ok(())
}

/// What follows a failure (L51, L52).
pub fn fail_release(ctl: &mut Ctl, release: Mem, error: String) -> Flow<()> {
    let name = ctl.str(ctl.action.release);
    ctl.set_status(release, Status::Failed, Some(format!("Release \"{name}\" failed: {error}")));
    if !ctl.action.rollback_on_failure {
        record::record(ctl, release)?;
        return fail(error);
    }
    let wait = if ctl.engine.is_v3() { WaitStrategy::None3 } else { effective(ctl) };
    match caught(uninstall::uninstall(ctl, false, wait, false))? {
        Err(second) => fail(format!(
            "an error occurred while uninstalling the release. original install error: {error}: {second}"
        )),
        Ok(()) => {
            let flag = if ctl.engine.is_v3() { "atomic" } else { "rollback-on-failure" };
            fail(format!("release {name} failed, and has been uninstalled due to {flag} being set: {error}"))
        }
    }
}
