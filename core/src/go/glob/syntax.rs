//! Reading a glob pattern into a tree (gobwas/glob syntax/lexer, syntax/ast).

use crate::go::utf8::decode;
use std::rc::Rc;

/// Most elements a pattern may have.
const MAX_NODES: usize = 1000;
/// Most braces open at once.
const MAX_DEPTH: usize = 100;

/// An element of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Nothing at all.
    Nothing,
    /// A sequence.
    Pattern(Vec<Rc<Node>>),
    /// `{a,b}`
    AnyOf(Vec<Rc<Node>>),
    /// `[abc]`
    List { chars: String, not: bool },
    /// `[a-c]`
    Range { low: char, high: char, not: bool },
    /// Literal text, never empty.
    Text(String),
    /// `*`
    Any,
    /// `**`
    Super,
    /// `?`
    Single,
}

/// Reads a pattern. A brace left open is closed by the end; one never opened is text.
pub(super) fn parse(pattern: &[u8]) -> Result<Vec<Rc<Node>>, String> {
    let mut reader = Reader { pattern, at: 0, nodes: 0 };
    let mut root = Vec::new();
    let mut open: Vec<Alternatives> = Vec::new();
    while let Some(rune) = reader.peek()? {
        reader.nodes += 1;
        if reader.nodes > MAX_NODES {
            return Err(format!("pattern has more than {MAX_NODES} elements"));
        }
        let node = match rune {
            '{' => {
                reader.skip(rune);
                if open.len() >= MAX_DEPTH {
                    return Err(format!("pattern has more than {MAX_DEPTH} nested braces"));
                }
                open.push((Vec::new(), Vec::new()));
                continue;
            }
            ',' if !open.is_empty() => {
                reader.skip(rune);
                if let Some((done, current)) = open.last_mut() {
                    done.push(Rc::new(Node::Pattern(std::mem::take(current))));
                }
                continue;
            }
            '}' if !open.is_empty() => {
                reader.skip(rune);
                match open.pop() {
                    Some(alternatives) => any_of(alternatives),
                    None => continue,
                }
            }
            '[' => {
                reader.skip(rune);
                reader.class()?
            }
            '?' => {
                reader.skip(rune);
                Node::Single
            }
            '*' => {
                reader.skip(rune);
                if reader.peek()? == Some('*') {
                    reader.skip('*');
                    Node::Super
                } else {
                    Node::Any
                }
            }
            _ => {
                let text = reader.text(if open.is_empty() { "?*[{" } else { "?*[{}," })?;
                if text.is_empty() {
                    continue;
                }
                Node::Text(text)
            }
        };
        open.last_mut().map_or(&mut root, |(_, current)| current).push(Rc::new(node));
    }
    while let Some(alternatives) = open.pop() {
        let node = any_of(alternatives);
        open.last_mut().map_or(&mut root, |(_, current)| current).push(Rc::new(node));
    }
    Ok(root)
}

/// Of an open brace, the alternatives that are complete, and the one being read.
type Alternatives = (Vec<Rc<Node>>, Vec<Rc<Node>>);

fn any_of((mut done, current): Alternatives) -> Node {
    done.push(Rc::new(Node::Pattern(current)));
    Node::AnyOf(done)
}

struct Reader<'a> {
    pattern: &'a [u8],
    at: usize,
    nodes: usize,
}

impl Reader<'_> {
    /// The next rune. U+FFFD, written out or standing for a bad byte, cannot be read; NUL ends the pattern.
    fn peek(&self) -> Result<Option<char>, String> {
        let rest = self.pattern.get(self.at..).unwrap_or_default();
        match decode(rest).0 {
            _ if rest.is_empty() => Ok(None),
            '\u{FFFD}' => Err("could not read rune".to_string()),
            '\0' => Ok(None),
            rune => Ok(Some(rune)),
        }
    }

    fn skip(&mut self, rune: char) {
        self.at += rune.len_utf8();
    }

    /// Text up to one of the breakers or the end; `\` takes the next rune literally.
    fn text(&mut self, breakers: &str) -> Result<String, String> {
        let (mut text, mut escaped) = (String::new(), false);
        while let Some(rune) = self.peek()? {
            if !escaped && breakers.contains(rune) {
                break;
            }
            self.skip(rune);
            escaped = !escaped && rune == '\\';
            if !escaped {
                text.push(rune);
            }
        }
        Ok(text)
    }

    /// A class, after its `[`. What ends too early is noticed before what is wrong in itself.
    fn class(&mut self) -> Result<Node, String> {
        let mut first = self.read_in_class()?;
        let not = first == '!';
        if not {
            first = self.read_in_class()?;
        }
        if self.peek() == Ok(Some('-')) {
            self.skip('-');
            let (low, high) = (first, self.read_in_class()?);
            self.close_class()?;
            if high < low {
                return Err(format!("hi character '{high}' should be greater than lo '{low}'"));
            }
            return Ok(Node::Range { low, high, not });
        }
        let unreadable = self.peek();
        self.at -= first.len_utf8();
        // A rune that cannot be read is met again at the close.
        let chars = self.text("]").unwrap_or_default();
        self.close_class()?;
        unreadable?;
        if chars.is_empty() {
            return Err("could not parse range".to_string());
        }
        Ok(Node::List { chars, not })
    }

    fn read_in_class(&mut self) -> Result<char, String> {
        match self.peek() {
            Ok(Some(rune)) => {
                self.skip(rune);
                Ok(rune)
            }
            _ => Err("unexpected end of input".to_string()),
        }
    }

    fn close_class(&mut self) -> Result<(), String> {
        match self.read_in_class()? {
            ']' => Ok(()),
            _ => Err("expected close range character".to_string()),
        }
    }
}
