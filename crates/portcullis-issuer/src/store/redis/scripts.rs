//! What Redis does in one stroke.

use redis::Script;

/// The scripts. Redis is sent the text of one once, and its hash from then on.
pub(super) struct Scripts {
    pub(super) layout: Script,
    pub(super) begin: Script,
    pub(super) rotate: Script,
    pub(super) end: Script,
    pub(super) end_all: Script,
    pub(super) first_use: Script,
    pub(super) sweep: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            layout: Script::new(include_str!("scripts/layout.lua")),
            begin: Script::new(include_str!("scripts/begin.lua")),
            rotate: Script::new(include_str!("scripts/rotate.lua")),
            end: Script::new(include_str!("scripts/end.lua")),
            end_all: Script::new(include_str!("scripts/end_all.lua")),
            first_use: Script::new(include_str!("scripts/first_use.lua")),
            sweep: Script::new(include_str!("scripts/sweep.lua")),
        }
    }
}
