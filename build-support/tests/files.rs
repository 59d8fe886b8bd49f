//! Generated files on disk: written when they differ, and only then.

use std::fs;

use justscale_build::{Stale, Written, stale, write};
use justscale_compiler::Files;

const ONE: &str = "0000000000000001.rs";
const TWO: &str = "00000000000000ff.spans";

fn files(texts: &[(&str, &str)]) -> Files {
    Files(texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn only_what_differs_is_written_and_what_is_gone_is_removed() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join("generated/justscale");
    let first = files(&[(ONE, "one"), (TWO, "two")]);
    let written = write(&folder, &first).expect("written");
    assert_eq!(written, Written { changed: names(&[ONE, TWO]), ..Written::default() });

    // An old time shows that the file is not touched again.
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let open = fs::File::options().append(true).open(folder.join(ONE)).expect("the file");
    open.set_modified(long_ago).expect("a time");
    drop(open);
    let written = write(&folder, &first).expect("written");
    assert_eq!(written, Written { unchanged: names(&[ONE, TWO]), ..Written::default() });

    let written = write(&folder, &files(&[(ONE, "one")])).expect("written");
    assert_eq!(written, Written { removed: names(&[TWO]), unchanged: names(&[ONE]), ..Written::default() });
    let modified = fs::metadata(folder.join(ONE)).and_then(|about| about.modified()).expect("a time");
    assert_eq!(modified, long_ago);

    write(&folder, &files(&[(ONE, "changed")])).expect("written");
    assert_eq!(fs::read_to_string(folder.join(ONE)).expect("the file"), "changed");
    let left: Vec<_> = fs::read_dir(&folder).expect("the folder").filter_map(Result::ok).collect();
    assert_eq!(left.len(), 1, "nothing half-written stays: {left:?}");
}

#[test]
fn stale_files_are_named_with_the_reason() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".justscale");
    let wanted = files(&[(ONE, "one"), (TWO, "two")]);
    let missing = vec![Stale::Missing(ONE.to_owned()), Stale::Missing(TWO.to_owned())];
    assert_eq!(stale(&folder, &wanted).expect("an answer"), missing);
    assert!(!folder.exists(), "a check writes nothing");

    write(&folder, &wanted).expect("written");
    assert_eq!(stale(&folder, &wanted).expect("an answer"), vec![]);
    let now = files(&[(ONE, "other")]);
    let expected = vec![Stale::Different(ONE.to_owned()), Stale::Superfluous(TWO.to_owned())];
    assert_eq!(stale(&folder, &now).expect("an answer"), expected);
}

#[test]
fn other_peoples_files_stay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let others =
        [".gitignore", "main.rs", "0000000000000001.txt", "00000000000000001.rs", "000000000000000G.rs"];
    for name in others {
        fs::write(folder.path().join(name), "mine").expect("a file");
    }
    let written = write(folder.path(), &Files::default()).expect("written");
    assert_eq!(written, Written::default());
    assert!(others.iter().all(|name| folder.path().join(name).exists()));
}

#[test]
fn nothing_generated_makes_no_folder() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".justscale");
    write(&folder, &Files::default()).expect("written");
    assert!(!folder.exists());
}

#[test]
fn a_disk_that_refuses_is_named() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join("justscale");
    fs::write(&folder, "a file in the folder's place").expect("a file");
    let fault = write(&folder, &files(&[(ONE, "one")])).expect_err("a fault");
    assert_eq!(fault.doing, "listed");
    assert_eq!(fault.path, folder);
    assert!(fault.help().starts_with("remove the folder"), "{}", fault.help());
}
