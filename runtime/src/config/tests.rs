use super::*;

fn read(file: &str, variables: &[(&str, &str)], flags: &[&str]) -> Result<Config, String> {
    let layers = Layers {
        file: Some(("justscale.toml".to_owned(), file.to_owned())),
        environment: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
    };
    Config::read(&layers, "SHOP").map_err(|error| error.to_string())
}

#[test]
fn nothing_written_is_the_default() {
    assert_eq!(read("", &[], &[]), Ok(Config::default()));
}

#[test]
fn each_setting_is_read() {
    let file = "
        [database]
        url = 'sqlite:/var/lib/shop'
        [log]
        level = 'warn,shop=debug'
        format = 'json'
        [processes]
        max_running = 8
        [shutdown]
        timeout = '2 minutes'
    ";
    let expected = Config {
        database: Database::Sqlite("/var/lib/shop".into()),
        log_level: Some("warn,shop=debug".to_owned()),
        log_format: LogFormat::Json,
        max_running: 8,
        stop_timeout: Duration::from_secs(120),
    };
    assert_eq!(read(file, &[], &[]), Ok(expected));
    assert_eq!(
        read("database.url = 'memory:'", &[], &[]).map(|config| config.database),
        Ok(Database::Memory)
    );
}

#[test]
fn later_layers_win() {
    let level =
        |variables: &[_], flags: &[_]| read("log.level = 'error'", variables, flags).unwrap().log_level;
    assert_eq!(level(&[], &[]).as_deref(), Some("error"));
    assert_eq!(level(&[("SHOP_LOG__LEVEL", "info")], &[]).as_deref(), Some("info"));
    assert_eq!(level(&[("SHOP_LOG__LEVEL", "info")], &["log.level=debug"]).as_deref(), Some("debug"));
    // Another program's.
    assert_eq!(
        level(&[("SHOPPING_LOG__LEVEL", "info"), ("SHOP_LOG_LEVEL", "info")], &[]).as_deref(),
        Some("error")
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_with_its_place() {
    let file = "[databse]\nurl = 'sqlite:x'\n\n[log]\nlevel = 'loud'\nformat = 3\n[processes]\nmax_running = 0\n[colour]\nscheme = 'blue'";
    let report = read(
        file,
        &[("SHOP_LOG__LEVVEL", "info"), ("SHOP_SHUTDOWN__TIMEOUT", "soon")],
        &["verbose", "log.levl=x"],
    );
    insta::assert_snapshot!(report.unwrap_err(), @"");
}

#[test]
fn a_file_that_is_no_toml_is_said_to_be_none() {
    insta::assert_snapshot!(read("[log]\nlevel = debug", &[], &[]).unwrap_err(), @"");
}
