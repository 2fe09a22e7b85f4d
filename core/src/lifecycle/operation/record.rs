//! Records: `pkg/storage/storage.go` and its Secrets driver.

use crate::lifecycle::client::{Answer, Call, Ctl, Flow, Mem, caught, fail};
use crate::lifecycle::release::{Release, Status};
use crate::lifecycle::world::Text;

/// All records of a release, in the order the storage lists them (L59); none when there are none.
pub fn history(ctl: &mut Ctl, name: Text) -> Flow<Vec<Release>> {
    match ctl.ask(Call::List(name, false))? {
        Answer::List(list) => Ok((*ctl.world.list(list)).clone()),
        Answer::Refused(_, text) => fail(format!("query: failed to query with labels: {}", ctl.str(text))),
        _ => Ok(Vec::new()),
    }
}

/// All records, oldest first.
pub fn by_revision(mut list: Vec<Release>) -> Vec<Release> {
    list.sort_by_key(|release| release.revision);
    list
}

/// The highest revision.
pub fn last(ctl: &mut Ctl, name: Text) -> Flow<Option<Release>> {
    Ok(by_revision(history(ctl, name)?).pop())
}

/// Records labelled deployed, in the order of the list.
pub fn deployed(ctl: &mut Ctl, name: Text) -> Flow<Vec<Release>> {
    match ctl.ask(Call::List(name, true))? {
        Answer::List(list) => Ok((*ctl.world.list(list)).clone()),
        Answer::Refused(_, text) => fail(format!("query: failed to query with labels: {}", ctl.str(text))),
        _ => Ok(Vec::new()),
    }
}

/// Makes room (L63) and creates a record.
pub fn create(ctl: &mut Ctl, release: Mem, history_max: u16) -> Flow<()> {
    let name = ctl.mem(release).name;
    if history_max > 0 {
        prune(ctl, name, usize::from(history_max) - 1)?;
    }
    let record = ctl.written(release);
    match ctl.ask(Call::CreateRecord(record))? {
        Answer::Refused(0, _) => fail("release: already exists"),
        Answer::Refused(_, text) => fail(format!("create: failed to create: {}", ctl.str(text))),
        _ => Ok(()),
    }
}

fn prune(ctl: &mut Ctl, name: Text, maximum: usize) -> Flow<()> {
    let all = by_revision(history(ctl, name)?);
    if all.len() <= maximum {
        return Ok(());
    }
    let newest = deployed(ctl, name)?.into_iter().map(|release| release.revision).max();
    let surplus = all.len() - maximum;
    let victims: Vec<u16> = all
        .iter()
        .map(|release| release.revision)
        .filter(|revision| Some(*revision) != newest)
        .take(surplus)
        .collect();
    let mut errors = Vec::new();
    for revision in victims {
        if let Err(error) = caught(delete(ctl, name, revision))? {
            errors.push(error);
        }
    }
    match errors.len() {
        0 => Ok(()),
        1 => fail(errors.swap_remove(0)),
        count => fail(format!("encountered {count} deletion errors. First is: {}", errors.swap_remove(0))),
    }
}

/// Deletes a record: read first, as the driver does.
pub fn delete(ctl: &mut Ctl, name: Text, revision: u16) -> Flow<()> {
    match ctl.ask(Call::ReadRecord(name, revision))? {
        Answer::Missing => return fail("release: not found"),
        Answer::Refused(_, text) => {
            let key = format!("sh.helm.release.v1.{}.v{revision}", ctl.str(name));
            return fail(format!("get: failed to get {key:?}: {}", ctl.str(text)));
        }
        _ => {}
    }
    match ctl.ask(Call::DeleteRecord(name, revision))? {
        Answer::Refused(_, text) => fail(ctl.str(text)),
        Answer::Missing => {
            let name = ctl.str(name);
            fail(format!("secrets \"sh.helm.release.v1.{name}.v{revision}\" not found"))
        }
        _ => Ok(()),
    }
}

/// Overwrites a record.
pub fn update(ctl: &mut Ctl, release: Mem) -> Flow<()> {
    let record = ctl.written(release);
    let (name, revision) = (record.name, record.revision);
    match ctl.ask(Call::UpdateRecord(record))? {
        Answer::Refused(_, text) => fail(format!("update: failed to update: {}", ctl.str(text))),
        Answer::Missing => {
            let name = ctl.str(name);
            fail(format!(
                "update: failed to update: secrets \"sh.helm.release.v1.{name}.v{revision}\" not found"
            ))
        }
        _ => Ok(()),
    }
}

/// Overwrites a record and only logs an error: `action.go:recordRelease`.
pub fn record(ctl: &mut Ctl, release: Mem) -> Flow<()> {
    if let Err(error) = caught(update(ctl, release))? {
        let (name, revision) = (ctl.str(ctl.mem(release).name), ctl.mem(release).revision);
        ctl.warn(format!(
            "level=WARN msg=\"failed to update release\" name={name} revision={revision} error={error:?}"
        ));
    }
    Ok(())
}

/// `"r" has no deployed releases`
pub fn none_deployed<T>(ctl: &Ctl, name: Text) -> Flow<T> {
    fail(format!("\"{}\" has no deployed releases", ctl.str(name)))
}

/// The status a record would have after success, and what the release says of itself then.
pub fn deploy(ctl: &mut Ctl, release: Mem, description: &str) {
    let text = match ctl.action.description {
        Some(given) => ctl.str(given),
        None => description.to_owned(),
    };
    ctl.set_status(release, Status::Deployed, Some(text));
}
