//! How a statement begins: as much of SQL as the runtime has to know.

/// The first word of a statement, behind white space and comments; empty if there is none.
pub(crate) fn first_word(sql: &str) -> &str {
    let mut rest = sql.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
    loop {
        let after = if let Some(line) = rest.strip_prefix("--") {
            line.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(block) = rest.strip_prefix("/*") {
            block.split_once("*/").map_or("", |(_, after)| after)
        } else {
            break;
        };
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// Whether a query may change something, so that it belongs into a transaction. When in doubt it may.
pub(crate) fn may_write(sql: &str) -> bool {
    match first_word(sql).to_ascii_uppercase().as_str() {
        "SELECT" | "VALUES" | "EXPLAIN" => false,
        "WITH" => {
            let words = sql.to_ascii_uppercase();
            ["INSERT", "UPDATE", "DELETE", "REPLACE"].iter().any(|word| words.contains(word))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_stands_behind_comments() {
        assert_eq!(first_word("-- a\n/* b */ select 1"), "select");
        assert_eq!(first_word("  ;;insert into x values (1)"), "insert");
        assert_eq!(first_word("/* never closed"), "");
        assert_eq!(first_word("--"), "");
        assert_eq!(first_word("(select 1)"), "");
    }

    #[test]
    fn a_query_that_may_write_is_known_by_its_words() {
        assert!(!may_write("select * from deleted"));
        assert!(may_write("insert into a values (1) returning id"));
        assert!(may_write("with x as (select 1) delete from a returning id"));
        assert!(!may_write("with x as (select 1) select * from x"));
        assert!(!may_write("values (1)"));
        assert!(may_write("pragma user_version = 3"));
    }
}
