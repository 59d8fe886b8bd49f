//! Paths of processes and signals: `/subscription/{customer}` in, the names of its parameters out, or what is wrong with it.

/// The parameters of a path, in order.
pub(super) fn keys(path: &str) -> Result<Vec<String>, String> {
    if !path.starts_with('/') {
        return Err("does not begin with `/`".to_owned());
    }
    if let Some(wrong) = path.chars().find(|c| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#'))
    {
        return Err(format!("contains {wrong:?}"));
    }
    let mut keys: Vec<String> = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let (_, from) = rest.split_at(at);
        let Some(inner) = from.strip_prefix('{') else {
            return Err("closes a `}` that was not opened".to_owned());
        };
        let Some((name, after)) = inner.split_once('}') else {
            return Err("opens a `{` that is not closed".to_owned());
        };
        if syn::parse_str::<syn::Ident>(name).is_err() {
            return Err(format!("has a parameter `{{{name}}}` whose name is no Rust name"));
        }
        if keys.iter().any(|key| key == name) {
            return Err(format!("names the parameter `{{{name}}}` twice"));
        }
        keys.push(name.to_owned());
        rest = after;
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn parameters_are_found_in_order() {
        assert_eq!(keys("/order/{order}/item/{item}"), Ok(vec!["order".to_owned(), "item".to_owned()]));
        assert_eq!(keys("/nightly"), Ok(vec![]));
        assert_eq!(keys("/{a}-{b}"), Ok(vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (path, says) in [
            ("order", "does not begin"),
            ("/{order", "not closed"),
            ("/order}", "not opened"),
            ("/{}", "no Rust name"),
            ("/{fn}", "no Rust name"),
            ("/{a}/{a}", "twice"),
            ("/a b", "contains ' '"),
        ] {
            let fault = keys(path).unwrap_err();
            assert!(fault.contains(says), "{path}: {fault}");
        }
    }
}
