//! Patterns as sets of paths: what two have in common, and requests that stand for it.

/// A pattern of paths, the names of its parameters aside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pattern(Vec<Segment>);

/// Between two slashes; a parameter may have a text in front of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Segment {
    Text(String),
    Parameter(String),
    Rest(String),
}

impl Pattern {
    /// `None` without a slash in front: no path is like that.
    pub(super) fn of(path: &str) -> Option<Self> {
        path.strip_prefix('/').map(|rest| Self(rest.split('/').map(Segment::of).collect()))
    }

    /// One path, to the letter.
    pub(super) fn text(path: &str) -> Option<Self> {
        let text = |segment: &str| Segment::Text(segment.to_owned());
        path.strip_prefix('/').map(|rest| Self(rest.split('/').map(text).collect()))
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    /// Whether it takes all that follows.
    pub(super) fn is_open_ended(&self) -> bool {
        matches!(self.0.last(), Some(Segment::Rest(_)))
    }

    /// The texts that a value should not begin with, lest it be one of them.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Segment::beginning)
    }

    /// The paths that are in both.
    pub(super) fn meet(&self, other: &Self) -> Option<Self> {
        let (mut left, mut right, mut met) = (self.0.as_slice(), other.0.as_slice(), Vec::new());
        loop {
            (left, right) = match (left, right) {
                ([], []) => return Some(Self(met)),
                ([Segment::Rest(start)], more) | (more, [Segment::Rest(start)]) => {
                    let (first, behind) = more.split_first()?;
                    met.push(first.meet(&Segment::Rest(start.clone()))?);
                    met.extend(behind.iter().cloned());
                    return Some(Self(met));
                }
                ([one, left @ ..], [other, right @ ..]) => {
                    met.push(one.meet(other)?);
                    (left, right)
                }
                _ => return None,
            }
        }
    }

    /// Paths that stand for all of its own: with this value for its parameters, and as many segments as this at the end.
    pub(super) fn paths(&self, value: &str, depth: usize) -> Vec<String> {
        let mut path = String::new();
        for segment in &self.0 {
            path.push('/');
            path.push_str(segment.beginning());
            if !matches!(segment, Segment::Text(_)) {
                path.push_str(value);
            }
        }
        let mut paths = vec![path];
        while self.is_open_ended() && paths.len() <= depth {
            let longer = paths.last().map(|last| format!("{last}/{value}"));
            paths.extend(longer);
        }
        paths
    }
}

impl Segment {
    fn of(text: &str) -> Self {
        let (mut start, mut chars) = (String::new(), text.chars().peekable());
        while let Some(char) = chars.next() {
            match (char, chars.peek()) {
                // A brace of the path itself is doubled.
                ('{' | '}', Some(next)) if *next == char => start.extend(chars.next()),
                ('{', Some('*')) => return Self::Rest(start),
                ('{', _) => return Self::Parameter(start),
                _ => start.push(char),
            }
        }
        Self::Text(start)
    }

    fn beginning(&self) -> &str {
        match self {
            Self::Text(text) | Self::Parameter(text) | Self::Rest(text) => text,
        }
    }

    fn meet(&self, other: &Self) -> Option<Self> {
        let longer = |a: &str, b: &str| if a.starts_with(b) { Some(a.to_owned()) } else { None };
        let either = |a: &str, b: &str| longer(a, b).or_else(|| longer(b, a));
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => (a == b).then(|| self.clone()),
            // A parameter is never empty.
            (Self::Text(text), Self::Parameter(start) | Self::Rest(start))
            | (Self::Parameter(start) | Self::Rest(start), Self::Text(text)) => {
                (text.len() > start.len() && text.starts_with(start)).then(|| Self::Text(text.clone()))
            }
            (Self::Rest(a), Self::Rest(b)) => either(a, b).map(Self::Rest),
            (Self::Parameter(a) | Self::Rest(a), Self::Parameter(b) | Self::Rest(b)) => {
                either(a, b).map(Self::Parameter)
            }
        }
    }
}

/// A value that no text of these patterns begins with, if there is one.
pub(super) fn value_unlike<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> String {
    let texts: Vec<&str> = patterns.flat_map(Pattern::texts).filter(|text| !text.is_empty()).collect();
    let mut letters = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW".chars();
    let single = letters.find(|letter| !texts.iter().any(|text| text.starts_with(*letter)));
    // Every letter begins one: then longer than all of them, unless a text stands in front of a parameter.
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    single.map_or_else(|| "x".repeat(longest + 1), String::from)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn met(one: &str, other: &str) -> Option<Vec<String>> {
        let [one, other] = [one, other].map(|path| Pattern::of(path).expect("a path"));
        assert_eq!(one.meet(&other), other.meet(&one), "{one:?} and {other:?}");
        one.meet(&other).map(|met| met.paths("x", 1))
    }

    #[test]
    fn what_two_patterns_have_in_common_is_the_same_from_both_sides() {
        for (one, other, common) in [
            ("/a", "/a", Some(&["/a"][..])),
            ("/a", "/b", None),
            ("/a", "/a/", None),
            ("/{id}", "/a", Some(&["/a"])),
            ("/{id}", "/{name}", Some(&["/x"])),
            ("/{id}", "/", None),
            ("/{a}/b", "/a/{b}", Some(&["/a/b"])),
            ("/{*rest}", "/a/{b}", Some(&["/a/x"])),
            ("/{*rest}", "/a/{*more}", Some(&["/a/x", "/a/x/x"])),
            ("/a/{*rest}", "/a", None),
            ("/a/{*rest}", "/a/", None),
            ("/a/{*rest}", "/a/b/", Some(&["/a/b/"])),
            ("/v{n}", "/v2", Some(&["/v2"])),
            ("/v{n}", "/v", None),
            ("/v{n}", "/{name}", Some(&["/vx"])),
            ("/{{a}}", "/{name}", Some(&["/{a}"])),
        ] {
            let common = common.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
            assert_eq!(met(one, other), common, "{one} and {other}");
        }
    }
}
