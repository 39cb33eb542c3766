//! What somebody may have meant.

/// The name that is closest to a word, if it is close: a letter in three may be wrong, whatever the case.
pub(super) fn closest<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let most = word.chars().count().div_ceil(3);
    // No name is as long as that.
    let word = (word.len() <= 32).then(|| word.to_lowercase())?;
    let near = names.iter().map(|name| (distance(&word, &name.to_lowercase()), *name));
    near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many letters have to be changed, added or taken away.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (nth, letter) in from.chars().enumerate() {
        let (mut left, mut above_left) = (nth + 1, nth);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(to.chars()) {
            let above = *cell;
            left = (above_left + usize::from(letter != other)).min(above + 1).min(left + 1);
            *cell = left;
            above_left = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn a_typo_is_close_and_another_word_is_not() {
        assert_eq!((distance("", "abc"), distance("kitten", "sitting"), distance("same", "same")), (3, 3, 0));
        let names = ["methods", "path", "rpc", "require", "where"];
        for (word, meant) in
            [("requires", "require"), ("reqiure", "require"), ("Methods", "methods"), ("wehre", "where")]
        {
            assert_eq!(closest(word, &names), Some(meant), "{word}");
        }
        for word in ["", "x", "owner", "description", &"require".repeat(10)] {
            assert_eq!(closest(word, &names), None, "{word}");
        }
    }
}
