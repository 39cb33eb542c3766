//! The log of this thread, captured.

use std::any::Any;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::util::SubscriberInitExt as _;

/// Everything that is logged on this thread, at every level, until dropped.
pub(crate) struct Log {
    written: Written,
    _capture: Box<dyn Any>,
}

impl Log {
    pub(crate) fn capture() -> Self {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        Self { written, _capture: Box::new(subscriber.set_default()) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.0.lock().unwrap()).into_owned()
    }

    /// The lines of this level.
    pub(crate) fn lines(&self, level: &str) -> Vec<String> {
        let text = self.text();
        text.lines().map(str::trim_start).filter(|line| line.starts_with(level)).map(str::to_owned).collect()
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
