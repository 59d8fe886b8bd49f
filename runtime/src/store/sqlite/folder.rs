//! One process per data folder: the lock, and who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use crate::store::StoreError;

/// The file that is locked. It stays in the folder; the lock goes with the process, however that ends.
const FILE: &str = "justscale.pid";

/// The right to run on a data folder, for as long as this value lives.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

/// Makes the folder if it is not there.
pub(super) fn make(folder: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

/// Takes the folder for this process.
pub(super) fn lock(folder: &Path) -> Result<FolderLock, StoreError> {
    let path = folder.join(FILE);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(|error| unwritable(&path, &error))?;
    let mut looks = 1;
    while let Err(error) = file.try_lock() {
        match error {
            // Someone who only asks whether the folder is held has it for a moment.
            TryLockError::WouldBlock if looks < 10 => std::thread::sleep(Duration::from_millis(10)),
            TryLockError::WouldBlock => {
                let place = folder.display().to_string();
                return Err(StoreError::InUse { place, holder: holder(&mut file) });
            }
            TryLockError::Error(error) => return Err(unwritable(&path, &error)),
        }
        looks += 1;
    }
    // The number is only told to people, so a disk that is too full for it is no reason not to start.
    let _ = note(&mut file);
    Ok(FolderLock { _file: file })
}

/// Whether a process holds the folder. A folder that can't be looked into is taken for one that is.
pub(crate) fn is_held(folder: &Path) -> bool {
    File::open(folder.join(FILE)).map_or_else(
        |error| error.kind() != std::io::ErrorKind::NotFound,
        |file| file.try_lock_shared().is_err(),
    )
}

fn note(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // Where locks are mandatory the number can't be read; then nothing is said of it.
    let _ = file.read_to_string(&mut text);
    text.trim().parse::<u32>().map(|pid| format!(" (pid {pid})")).unwrap_or_default()
}

fn unwritable(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            StoreError::Full { place: path.display().to_string() }
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { place: path.display().to_string() }
        }
        _ => StoreError::Unavailable(format!(
            "{} can't be opened ({error}): set `database.url` to another place",
            path.display()
        )),
    }
}
