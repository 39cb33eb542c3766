//! What a scope is.

use syn::{Error, LitStr, Result};

/// Refuses a text that is not a scope, at the text: the check that `permissions!` repeats could only point at a macro.
pub(crate) fn check_scope(literal: &LitStr) -> Result<()> {
    let scope = literal.value();
    if is_scope_token(&scope) {
        return Ok(());
    }
    let mut message = format!(
        "`{}` is not a scope: a scope is printable ASCII without space, double quote and backslash, and not empty \
         (RFC 6749 section 3.3)",
        scope.escape_debug()
    );
    let words: Vec<_> = scope.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| is_scope_token(word)) {
        let list = words.join("\", \"");
        message.push_str(&format!("; to ask for several write `all(\"{list}\")` or `any(\"{list}\")`"));
    }
    Err(Error::new(literal.span(), message))
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`
fn is_scope_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::{check_scope, is_scope_token};

    #[test]
    fn the_bounds_of_the_grammar() {
        for byte in 0..=0x7F_u8 {
            let allowed = byte > 0x20 && byte < 0x7F && byte != b'"' && byte != b'\\';
            assert_eq!(is_scope_token(&char::from(byte).to_string()), allowed, "{byte:#x}");
        }
        assert!(!is_scope_token("") && !is_scope_token("é") && is_scope_token("https://api.test/orders.read"));
    }

    #[test]
    fn two_scopes_in_one_text_are_told_apart() {
        let message = |text| check_scope(&LitStr::new(text, Span::call_site())).unwrap_err().to_string();
        assert!(message("a b").ends_with(r#"write `all("a", "b")` or `any("a", "b")`"#));
        assert!(message("").starts_with("`` is not a scope") && !message(" a").contains("several"));
        assert!(message("\n").starts_with("`\\n` is not a scope"));
    }
}
