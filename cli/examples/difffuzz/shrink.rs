//! Makes a case that differs as small as a few dozen questions allow.

use std::io;

const QUESTIONS: usize = 60;

/// Removes tokens and groups from a text as long as `differs` holds.
pub fn text(text: &str, mut differs: impl FnMut(&str) -> io::Result<bool>) -> io::Result<String> {
    let mut tokens = tokens(text);
    let mut asked = 0;
    // Whole groups in parentheses first, replaced by something plain.
    let mut at = 0;
    while at < tokens.len() && asked < QUESTIONS / 2 {
        if tokens[at] == "("
            && let Some(end) = closing(&tokens, at)
        {
            let mut smaller = tokens.clone();
            smaller.splice(at..=end, ["1".to_owned()]);
            asked += 1;
            if differs(&smaller.concat())? {
                tokens = smaller;
            }
        }
        at += 1;
    }
    let mut size = (tokens.len() / 2).max(1);
    while asked < QUESTIONS {
        let (mut at, mut removed) = (0, false);
        while at < tokens.len() && asked < QUESTIONS {
            let end = (at + size).min(tokens.len());
            let mut smaller = tokens.clone();
            smaller.drain(at..end);
            asked += 1;
            if !smaller.is_empty() && differs(&smaller.concat())? {
                tokens = smaller;
                removed = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !removed {
            break;
        }
        size = (size / 2).max(1);
    }
    Ok(tokens.concat())
}

/// Removes elements of a list as long as `differs` holds.
pub fn list<T: Clone>(items: &[T], mut differs: impl FnMut(&[T]) -> io::Result<bool>) -> io::Result<Vec<T>> {
    let (mut items, mut asked) = (items.to_vec(), 0);
    let mut size = (items.len() / 2).max(1);
    loop {
        let (mut at, mut removed) = (0, false);
        while at < items.len() && asked < QUESTIONS {
            let mut smaller = items.clone();
            smaller.drain(at..(at + size).min(items.len()));
            asked += 1;
            if differs(&smaller)? {
                items = smaller;
                removed = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !removed || asked >= QUESTIONS {
            return Ok(items);
        }
        size = (size / 2).max(1);
    }
}

fn closing(tokens: &[String], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Words, quoted strings, and every other character by itself.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = false;
    for c in text.chars() {
        let continues = c.is_alphanumeric() || c == '_';
        match tokens.last_mut() {
            Some(last) if continues && word => last.push(c),
            Some(last) if (c == '{' && last == "{") || (c == '}' && last == "}") => last.push(c),
            _ => tokens.push(c.to_string()),
        }
        word = continues;
    }
    tokens
}
