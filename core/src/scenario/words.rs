//! Splitting a line into words as a shell does, quotes and backslashes included.

/// The words of a line.
///
/// # Errors
/// A quote that is not closed.
pub fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some('\'') => break,
                        Some(letter) => word.push(letter),
                        None => return Err("no closing quotation".into()),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some('"') => break,
                        Some('\\') => match letters.next() {
                            Some(letter @ ('"' | '\\')) => word.push(letter),
                            Some(letter) => word.extend(['\\', letter]),
                            None => return Err("no closing quotation".into()),
                        },
                        Some(letter) => word.push(letter),
                        None => return Err("no closing quotation".into()),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_like_a_shell() {
        assert_eq!(
            split(r#"ConfigMap k2 "keep= Keep " x='a b'"#).unwrap(),
            ["ConfigMap", "k2", "keep= Keep ", "x=a b"]
        );
        assert_eq!(split("  a\\ b  policy= ").unwrap(), ["a b", "policy="]);
        assert_eq!(split("").unwrap(), [""; 0]);
        assert!(split("a 'b").is_err());
    }
}
