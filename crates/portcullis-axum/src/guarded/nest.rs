//! Paths of nested routers, as axum joins them.

/// The path of a nested route. What is no path by itself is left as it is, for the table to find.
pub(super) fn join(prefix: &str, path: &str) -> String {
    if !path.starts_with('/') {
        path.to_owned()
    } else if prefix.ends_with('/') {
        format!("{prefix}{}", path.trim_start_matches('/'))
    } else if path == "/" {
        prefix.to_owned()
    } else {
        format!("{prefix}{path}")
    }
}

/// What axum does not take as a prefix, though the paths behind it may be good ones.
pub(super) fn flaw(prefix: &str) -> Option<String> {
    let is_wildcard = |segment: &str| segment.starts_with("{*") && segment.ends_with('}') && !segment.ends_with("}}");
    let repair = match prefix {
        "" | "/" => "it nests at the root: use `merge`",
        _ if !prefix.starts_with('/') => "a prefix begins with a slash: write `/admin`",
        _ if prefix.split('/').any(is_wildcard) => "a wildcard takes all that follows: nest at a prefix without one",
        _ => return None,
    };
    Some(format!("nest {prefix}: {repair}"))
}

#[cfg(test)]
mod tests {
    use super::{flaw, join};

    #[test]
    fn paths_are_joined_as_axum_joins_them() {
        for (prefix, path, joined) in [
            ("/admin", "/orders", "/admin/orders"),
            ("/admin", "/", "/admin"),
            ("/admin/", "/", "/admin/"),
            ("/admin/", "/orders", "/admin/orders"),
            ("/admin", "/orders/", "/admin/orders/"),
            ("/t/{tenant}", "/{id}", "/t/{tenant}/{id}"),
        ] {
            assert_eq!(join(prefix, path), joined, "{prefix} and {path}");
        }
    }

    #[test]
    fn a_path_that_is_none_does_not_become_one_by_nesting() {
        assert_eq!(join("/admin/", "orders"), "orders");
        assert_eq!(join("/admin", ""), "");
    }

    #[test]
    fn a_prefix_that_axum_does_not_take_is_named() {
        for prefix in ["", "/", "admin", "/{*rest}", "/files/{*rest}"] {
            assert!(flaw(prefix).is_some(), "{prefix}");
        }
        for prefix in ["/admin", "/admin/", "/t/{tenant}", "/{{*literal}}"] {
            assert_eq!(flaw(prefix), None, "{prefix}");
        }
    }
}
