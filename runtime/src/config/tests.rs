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
    insta::assert_snapshot!(report.unwrap_err(), @r"
    justscale.toml:2:1: there is no setting `databse.url`; did you mean `database.url`?
    justscale.toml:5:1: `loud` is no value for `log.level`; write `error`, `warn`, `info`, `debug`, `trace` or `off`, and by module `warn,shop=debug`
    justscale.toml:6:1: `3` is no value for `log.format`; write `text` or `json`
    justscale.toml:8:1: `0` is no value for `processes.max_running`; write a number above zero
    justscale.toml:10:1: there is no setting `colour.scheme`; there are `database.url`, `log.level`, `log.format`, `processes.max_running`, `shutdown.timeout`
    the variable SHOP_LOG__LEVVEL: there is no setting `log.levvel`; did you mean `SHOP_LOG__LEVEL`?
    the variable SHOP_SHUTDOWN__TIMEOUT: `soon` is no value for `shutdown.timeout`; write a length of time: `30s`, `2 minutes`
    --set: `verbose` sets nothing; write `--set KEY=VALUE`, as in `--set log.level=debug`
    --set: there is no setting `log.levl`; did you mean `log.level`?
    ");
}

#[test]
fn a_file_that_is_no_toml_is_said_to_be_none() {
    insta::assert_snapshot!(read("[log]\nlevel = debug", &[], &[]).unwrap_err(), @r#"justscale.toml:2:9: this is not TOML: string values must be quoted, expected literal string; write `key = "value"` below `[section]`: https://toml.io"#);
}
