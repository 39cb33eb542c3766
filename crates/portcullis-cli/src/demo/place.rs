//! Where the demo listens, and where it keeps what it must.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::args::Demo;
use crate::failure::Failure;

/// The address to listen on: of this machine, unless it is said twice that it need not be.
pub(crate) fn address(args: &Demo) -> Result<SocketAddr, Failure> {
    let address = args.listen;
    if address.ip().is_loopback() || args.expose {
        Ok(address)
    } else {
        Err(Failure::new(
            format!("{address} can be reached from elsewhere, and whoever reaches the demo can log in as anybody"),
            "listen on 127.0.0.1, or say --expose beside --listen if you mean it",
        ))
    }
}

/// The folder of the database.
#[derive(Debug)]
pub(crate) enum Folder {
    /// Gone when it is dropped.
    Temporary(TempDir),
    /// As it was named.
    Named(PathBuf),
}

impl Folder {
    pub(crate) fn of(args: &Demo) -> Result<Self, Failure> {
        let Some(named) = &args.data else {
            return temporary().map(Self::Temporary).map_err(|error| {
                Failure::new(format!("cannot make a temporary folder ({error})"), "name one with --data")
            });
        };
        for_its_owner().recursive(true).create(named).map_err(|error| {
            Failure::new(format!("cannot make {} ({error})", named.display()), "give --data another folder")
        })?;
        Ok(Self::Named(named.clone()))
    }

    /// Whether it is there afterwards.
    pub(crate) const fn stays(&self) -> bool {
        matches!(self, Self::Named(_))
    }

    pub(crate) fn database(&self) -> PathBuf {
        let folder: &Path = match self {
            Self::Temporary(folder) => folder.path(),
            Self::Named(folder) => folder,
        };
        folder.join("portcullis-demo.db")
    }
}

/// There are keys in it.
fn temporary() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.prefix("portcullis-demo-").tempdir()
}

fn for_its_owner() -> fs::DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the mode is that of Unix"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
}
