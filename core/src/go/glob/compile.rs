//! Rewriting a pattern's tree into matchers (gobwas/glob compiler).
//!
//! What is glued together here, and in which order, decides the answers of [`super::matcher`].

use super::matcher::{Matcher, Tree};
use super::syntax::Node;
use std::rc::Rc;

/// Compiles the elements of a pattern.
pub(super) fn compile(root: &[Rc<Node>]) -> Result<Matcher, String> {
    pattern(root)
}

fn pattern(children: &[Rc<Node>]) -> Result<Matcher, String> {
    if children.is_empty() {
        return Ok(Matcher::Nothing);
    }
    let matchers = minimize(compile_all(children)?);
    Ok(optimize(join(&matchers)?))
}

fn compile_all(children: &[Rc<Node>]) -> Result<Vec<Matcher>, String> {
    children.iter().map(|child| Ok(optimize(compile_node(child)?))).collect()
}

fn compile_node(node: &Node) -> Result<Matcher, String> {
    Ok(match node {
        Node::AnyOf(alternatives) => match factored(alternatives) {
            Some(parts) => pattern(&parts)?,
            None => Matcher::AnyOf(compile_all(alternatives)?),
        },
        Node::Pattern(children) => pattern(children)?,
        Node::Nothing => Matcher::Nothing,
        Node::List { chars, not } => optimize(Matcher::List { chars: chars.clone(), not: *not }),
        Node::Range { low, high, not } => Matcher::Range { low: *low, high: *high, not: *not },
        Node::Text(text) => Matcher::text(text),
        Node::Any => Matcher::Any,
        Node::Super => Matcher::Super,
        Node::Single => Matcher::Single,
    })
}

/// Puts what all alternatives begin or end with in front of or behind them; `None` when there is no such thing.
fn factored(alternatives: &[Rc<Node>]) -> Option<Vec<Rc<Node>>> {
    let sequences: Vec<&[Rc<Node>]> = alternatives
        .iter()
        .map(|node| match &**node {
            Node::Pattern(children) => Some(children.as_slice()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (left, right) = common(&sequences);
    if left == 0 && right == 0 {
        return None;
    }
    let mut rest: Vec<Rc<Node>> = Vec::new();
    for sequence in &sequences {
        let middle = sequence.get(left..sequence.len().checked_sub(right)?)?;
        let node = if middle.is_empty() { Node::Nothing } else { Node::Pattern(middle.to_vec()) };
        if !rest.iter().any(|known| **known == node) {
            rest.push(Rc::new(node));
        }
    }
    let shortest = shortest(&sequences)?;
    let mut parts = Vec::new();
    if left > 0 {
        parts.push(Rc::new(Node::Pattern(shortest.get(..left)?.to_vec())));
    }
    match rest.as_slice() {
        [only] if **only == Node::Nothing => {}
        [only] => parts.push(only.clone()),
        _ => parts.push(Rc::new(Node::AnyOf(rest))),
    }
    if right > 0 {
        parts.push(Rc::new(Node::Pattern(shortest.get(shortest.len().checked_sub(right)?..)?.to_vec())));
    }
    Some(parts)
}

fn shortest<'a>(sequences: &[&'a [Rc<Node>]]) -> Option<&'a [Rc<Node>]> {
    sequences.iter().min_by_key(|s| s.len()).copied()
}

/// How many elements all sequences have in common at their beginning and at their end. Both ends are looked at in
/// turn, and together they never exceed the shortest sequence.
fn common(sequences: &[&[Rc<Node>]]) -> (usize, usize) {
    let Some(shortest) = shortest(sequences).filter(|_| sequences.len() > 1) else {
        return (0, 0);
    };
    let len = shortest.len();
    let (mut left, mut right) = (0, 0);
    let (mut left_over, mut right_over) = (false, false);
    for i in 0..len {
        if left + right >= len || (left_over && right_over) {
            break;
        }
        let j = len - 1 - i;
        for sequence in sequences.iter().filter(|sequence| !std::ptr::eq(**sequence, shortest)) {
            if left_over && right_over {
                break;
            }
            left_over |= sequence.get(i) != shortest.get(i);
            right_over |= !left_over && j <= i;
            right_over |= sequence.get(j + sequence.len() - len) != shortest.get(j);
        }
        left += usize::from(!left_over);
        right += usize::from(!right_over);
    }
    (left, right)
}

/// Glues runs of matchers together, the longest run first, until nothing can be glued.
fn minimize(mut matchers: Vec<Matcher>) -> Vec<Matcher> {
    loop {
        let mut best: Option<(Matcher, usize, usize)> = None;
        for from in 0..matchers.len() {
            for to in (from + 1..=matchers.len()).rev() {
                let Some(glued) = matchers.get(from..to).and_then(glue) else { continue };
                let better = best.as_ref().is_none_or(|(done, left, right)| {
                    let longer = matches!((done.len(), glued.len()), (Some(old), Some(new)) if new > old);
                    longer || right - left < to - from
                });
                if better {
                    best = Some((glued, from, to));
                }
            }
        }
        match best {
            Some((glued, from, to)) => drop(matchers.splice(from..to, [glued])),
            None => return matchers,
        }
    }
}

fn glue(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() <= 1 {
        return None;
    }
    glue_every(matchers).or_else(|| glue_row(matchers))
}

/// Matchers of known lengths become a row.
fn glue_row(matchers: &[Matcher]) -> Option<Matcher> {
    let len = matchers.iter().map(Matcher::len).sum::<Option<usize>>()?;
    Some(Matcher::Row { matchers: matchers.to_vec(), len })
}

/// Wildcards that exclude the same runes become conditions on the whole text: a least number of runes, a greatest,
/// and not to contain the excluded runes — as a substring, in this order.
fn glue_every(matchers: &[Matcher]) -> Option<Matcher> {
    let (mut any, mut super_, mut singles) = (false, false, 0);
    let mut excluded: Option<&str> = None;
    for matcher in matchers {
        let runes = match matcher {
            Matcher::Super => {
                super_ = true;
                ""
            }
            Matcher::Any => {
                any = true;
                "/"
            }
            Matcher::Single => {
                singles += 1;
                "/"
            }
            Matcher::List { chars, not: true } => {
                singles += 1;
                chars.as_str()
            }
            _ => return None,
        };
        if *excluded.get_or_insert(runes) != runes {
            return None;
        }
    }
    if super_ {
        // Nothing else excludes no runes, so all of them are.
        return Some(Matcher::Super);
    }
    if singles == 0 {
        return Some(Matcher::Any);
    }
    let mut every = vec![Matcher::Min(singles)];
    if !any {
        every.push(Matcher::Max(singles));
    }
    every.push(Matcher::Contains { needle: excluded.unwrap_or_default().as_bytes().into(), not: true });
    Some(Matcher::EveryOf(every))
}

/// Joins matchers into a tree around the last of the longest ones of known length.
fn join(matchers: &[Matcher]) -> Result<Matcher, String> {
    match matchers {
        [] => return Err("compile error: need at least one matcher".to_string()),
        [only] => return Ok(only.clone()),
        _ => {}
    }
    if let Some(glued) = glue(matchers) {
        return Ok(glued);
    }
    let longest = matchers.iter().enumerate().filter_map(|(i, m)| Some((m.len()?, i))).max();
    let (left, value, right) = match longest {
        Some((_, at)) => {
            let (left, rest) = matchers.split_at(at);
            let (value, right) = rest.split_first().ok_or("compile error: need at least one matcher")?;
            (left, value, right)
        }
        None => {
            let (value, right) = matchers.split_first().ok_or("compile error: need at least one matcher")?;
            (&[] as &[Matcher], value, right)
        }
    };
    let side = |part: &[Matcher]| if part.is_empty() { Ok(None) } else { join(part).map(Some) };
    Ok(Matcher::Tree(Box::new(Tree::new(value.clone(), side(left)?, side(right)?))))
}

/// Replaces a matcher by a faster one.
fn optimize(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => matchers.pop().unwrap_or(Matcher::Nothing),
        Matcher::List { chars, not: false } if chars.chars().count() == 1 => Matcher::text(&chars),
        Matcher::Tree(mut tree) => {
            tree.left = tree.left.take().map(optimize);
            tree.right = tree.right.take().map(optimize);
            let Matcher::Text { text, .. } = &tree.value else {
                return Matcher::Tree(tree);
            };
            let text = text.clone();
            match (&tree.left, &tree.right) {
                (None, None) => tree.value,
                (Some(Matcher::Super), Some(Matcher::Super)) => {
                    Matcher::Contains { needle: text, not: false }
                }
                (Some(Matcher::Super), None) => Matcher::Suffix(text),
                (None, Some(Matcher::Super)) => Matcher::Prefix(text),
                (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(text, suffix.clone()),
                (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix.clone(), text),
                (Some(Matcher::Any), None) => Matcher::SuffixAny(text),
                (None, Some(Matcher::Any)) => Matcher::PrefixAny(text),
                _ => Matcher::Tree(tree),
            }
        }
        other => other,
    }
}
