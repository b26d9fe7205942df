//! Splits SQL into tokens, so that replacements stay outside of strings and comments.

/// The tokens of `sql`: words and numbers, strings, quoted names, comments, `:parameters`, white
/// space, and every other character by itself. Concatenated they are `sql`.
pub fn tokens(sql: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let (token, after) = rest.split_at_checked(length(rest)).unwrap_or((rest, ""));
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// Whether a token is white space or a comment.
pub(crate) fn is_trivia(token: &str) -> bool {
    token.starts_with("--") || token.starts_with("/*") || token.trim().is_empty()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Length in bytes of the first token.
fn length(sql: &str) -> usize {
    let until = |end: &str, from: usize| {
        let found = sql.get(from..).and_then(|rest| rest.find(end));
        found.map_or(sql.len(), |at| from + at + end.len())
    };
    let run = |from: usize, of: fn(char) -> bool| {
        sql.get(from..).and_then(|rest| rest.find(|c| !of(c))).map_or(sql.len(), |at| from + at)
    };
    match sql.as_bytes() {
        [b'-', b'-', ..] => until("\n", 2),
        [b'/', b'*', ..] => until("*/", 2),
        [b'\'', ..] => until("'", 1),
        [b'"', ..] => until("\"", 1),
        [b':', ..] => run(1, is_word),
        _ => match sql.chars().next() {
            Some(c) if c.is_ascii_digit() => run(0, |c| is_word(c) || c == '.'),
            Some(c) if is_word(c) => run(0, is_word),
            Some(c) if c.is_whitespace() => run(0, char::is_whitespace),
            first => first.map_or(0, char::len_utf8),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_tokens_outside_strings_and_comments() {
        let sql = "SELECT ':a', \":b\" -- :c\n/* :d */ , :e + ':it''s' || :f";
        let found: Vec<_> =
            tokens(sql).into_iter().filter(|token| token.starts_with(':')).collect();
        assert_eq!(found, [":e", ":f"]);
        assert_eq!(tokens(sql).concat(), sql);
        assert_eq!(tokens("a_1(é, 2.50)"), ["a_1", "(", "é", ",", " ", "2.50", ")"]);
    }
}
