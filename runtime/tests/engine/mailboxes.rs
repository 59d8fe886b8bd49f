//! A signal is never lost, comes in order, and comes once to each who listens.

use justscale::prelude::*;
use justscale::{Error, Status, params};

use crate::world::{App, Site, World, on_both};

signal! { Said at "/room/{room}/said" { room: String, word: String } kept 168 hours }
signal! { Whispered at "/room/{room}/whispered" { room: String, word: String } kept 1 hours }

process! {
    // Listens from its first moment, as where the identity is made of the process's own key.
    room at "/room/{room}" gives Vec<String>;
    |cx, next, world|
    step Start { room: String, wants: usize } => next.to(State::AwaitSaid { room, wants, heard: Vec::new() }),
    wait AwaitSaid { room: String, wants: usize, heard: Vec<String> } => {
        let mut heard = heard;
        heard.push(Said::of(&room).step_in(cx).await.word);
        if heard.len() < wants { next.to(State::AwaitSaid { room, wants, heard }) } else { next.done(heard) }
    },
}
starts! { room(room: String, wants: usize) listens Said }

process! {
    // Listens from its first wait.
    guest at "/guest/{guest}" gives Vec<String>;
    |cx, next, world|
    step Start { guest: String, room: String } => next.to(State::Arrive { room }),
    wait Arrive { room: String } => {
        sleep(hours(1)).step_in(cx).await;
        next.to(State::AwaitFirst { room })
    },
    wait AwaitFirst { room: String } => {
        let first = Said::of(&room).step_in(cx).await.word;
        next.to(State::Think { room, first })
    },
    wait Think { room: String, first: String } => {
        sleep(hours(1)).step_in(cx).await;
        next.to(State::AwaitSecond { room, first })
    },
    wait AwaitSecond { room: String, first: String } => {
        let second = Said::of(&room).step_in(cx).await.word;
        next.done(vec![first, second])
    },
}
starts! { guest(guest: String, room: String) }

async fn say(app: &App, room: &str, word: &str) {
    app.run(Said { room: room.into(), word: word.into() }.emit()).await.unwrap();
}

async fn result(site: &Site, name: &str) -> Option<String> {
    site.row(name).await.result
}

#[test]
fn what_comes_before_its_listener_waits_for_it_in_order() {
    on_both(async |site| {
        let app = site.start(&[room::process]).await;
        for word in ["one", "two", "three"] {
            say(&app, "blue", word).await;
        }
        app.run(room("blue", 4).start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.status("/room/blue").await, Status::Waiting);
        app.kill().await;
        let app = site.start(&[room::process]).await;
        say(&app, "blue", "four").await;
        app.settle().await;
        assert_eq!(result(&site, "/room/blue").await.unwrap(), r#"["one","two","three","four"]"#);
    });
}

#[test]
fn a_message_between_two_waits_is_kept() {
    on_both(async |site| {
        let app = site.start(&[guest::process]).await;
        app.run(guest("ada", "blue".into()).start()).await.unwrap();
        app.clock.advance(minutes(90)).await;
        say(&app, "blue", "first").await;
        app.clock.advance(minutes(10)).await;
        // It is thinking, and listens to nothing.
        say(&app, "blue", "second").await;
        say(&app, "blue", "third").await;
        app.settle().await;
        assert_eq!(site.row("/guest/ada").await.state.point, "Think");
        app.clock.advance(hours(2)).await;
        assert_eq!(result(&site, "/guest/ada").await.unwrap(), r#"["first","second"]"#);
    });
}

#[test]
fn each_listener_gets_each_message_once_and_a_late_one_what_comes_from_then_on() {
    on_both(async |site| {
        let app = site.start(&[room::process, guest::process]).await;
        say(&app, "blue", "early").await;
        app.run(room("blue", 3).start()).await.unwrap();
        app.run(guest("ada", "blue".into()).start()).await.unwrap();
        app.run(guest("bob", "blue".into()).start()).await.unwrap();
        // The guests subscribe in an hour; the room has been there from its start and gets what was there.
        say(&app, "blue", "one").await;
        app.clock.advance(hours(1)).await;
        say(&app, "blue", "two").await;
        app.clock.advance(hours(1)).await;
        say(&app, "blue", "three").await;
        app.settle().await;
        assert_eq!(result(&site, "/room/blue").await.unwrap(), r#"["early","one","two"]"#);
        assert_eq!(result(&site, "/guest/ada").await.unwrap(), r#"["two","three"]"#);
        assert_eq!(result(&site, "/guest/bob").await.unwrap(), r#"["two","three"]"#);
    });
}

#[test]
fn what_nobody_listens_to_is_over_with_its_retention() {
    on_both(async |site| {
        let app = site.start(&[room::process]).await;
        say(&app, "blue", "old").await;
        app.clock.advance(days(4)).await;
        say(&app, "blue", "new").await;
        app.clock.advance(days(3)).await;
        app.run(room("blue", 1).start()).await.unwrap();
        app.settle().await;
        assert_eq!(result(&site, "/room/blue").await.unwrap(), r#"["new"]"#);
        // What has a listener is kept for it.
        app.run(room("red", 2).start()).await.unwrap();
        say(&app, "red", "kept").await;
        app.clock.advance(days(30)).await;
        say(&app, "red", "end").await;
        app.settle().await;
        assert_eq!(result(&site, "/room/red").await.unwrap(), r#"["kept","end"]"#);
    });
}

process! {
    teller at "/teller/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Tell { key }),
    step Tell { key: String } => {
        async {
            world.write("told").await;
            Said { room: key.clone(), word: "told".into() }.emit().await.unwrap();
            world.long_call("called").await
        }.step_in(cx).await;
        next.to(State::End {})
    },
    step End {} => next.done(()),
}
starts! { teller(key: String) }

#[test]
fn a_step_sends_with_its_commit_and_only_then() {
    on_both(async |site| {
        let app = site.start(&[room::process, teller::process]).await;
        app.run(room("blue", 2).start()).await.unwrap();
        app.run(teller("blue").start()).await.unwrap();
        site.outside.called(1).await;
        app.kill().await;
        assert_eq!(site.status("/room/blue").await, Status::Waiting);
        site.outside.open(1);
        let app = site.start(&[room::process, teller::process]).await;
        app.settle().await;
        assert_eq!(site.status("/teller/blue").await, Status::Done);
        assert_eq!(site.status("/room/blue").await, Status::Waiting, "it was sent once");
        say(&app, "blue", "end").await;
        app.settle().await;
        assert_eq!(result(&site, "/room/blue").await.unwrap(), r#"["told","end"]"#);
    });
}

#[test]
fn a_transaction_that_fails_sends_nothing() {
    on_both(async |site| {
        let app = site.start(&[room::process]).await;
        app.run(room("blue", 1).start()).await.unwrap();
        let failed = app.run(async {
            justscale::transaction(async {
                Said { room: "blue".into(), word: "never".into() }.emit().await?;
                app.engine.db().execute("INSERT INTO effect (name) VALUES (?1)", params!["never"]).await?;
                Err::<(), _>(Error::msg("no"))
            })
            .await
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "no");
        app.settle().await;
        assert_eq!(site.status("/room/blue").await, Status::Waiting);
        assert_eq!(site.effects().await, [""; 0]);
        app.run(async {
            justscale::transaction(async {
                Said { room: "blue".into(), word: "now".into() }.emit().await?;
                app.engine.db().execute("INSERT INTO effect (name) VALUES (?1)", params!["now"]).await?;
                Ok::<_, justscale::Error>(())
            })
            .await
        })
        .await
        .unwrap();
        app.settle().await;
        assert_eq!(result(&site, "/room/blue").await.unwrap(), r#"["now"]"#);
        assert_eq!(site.effects().await, ["now"]);
    });
}

process! {
    echo at "/echo/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::Send { key }),
    step Send { key: String } => {
        Said { room: key.clone(), word: "to myself".into() }.emit().step_in(cx).await.unwrap();
        next.to(State::AwaitSaid { key })
    },
    wait AwaitSaid { key: String } => {
        let said = Said::of(&key).step_in(cx).await;
        next.done(said.word)
    },
}
starts! { echo(key: String) }

#[test]
fn a_process_hears_itself() {
    on_both(async |site| {
        let app = site.start(&[echo::process]).await;
        app.run(echo("blue").start()).await.unwrap();
        app.settle().await;
        assert_eq!(result(&site, "/echo/blue").await.unwrap(), r#""to myself""#);
    });
}

process! {
    pair at "/pair/{room}" gives (String, String);
    |cx, next, world|
    wait Start { room: String } => {
        let (first, second) = cx.join((Said::of(&room).arm_in(cx), Said::of(&room).arm_in(cx))).await;
        next.done((first.word, second.word))
    },
}
starts! { pair(room: String) }

#[test]
fn two_who_wait_for_one_mailbox_in_one_process_get_a_message_each() {
    on_both(async |site| {
        let app = site.start(&[pair::process]).await;
        app.run(pair("blue").start()).await.unwrap();
        say(&app, "blue", "one").await;
        app.settle().await;
        assert_eq!(site.status("/pair/blue").await, Status::Waiting);
        say(&app, "blue", "two").await;
        app.settle().await;
        assert_eq!(result(&site, "/pair/blue").await.unwrap(), r#"["one","two"]"#);
        say(&app, "red", "three").await;
        say(&app, "red", "four").await;
        app.run(pair("red").start()).await.unwrap();
        app.settle().await;
        assert_eq!(result(&site, "/pair/red").await.unwrap(), r#"["three","four"]"#);
    });
}

#[test]
fn a_signal_with_a_retention_of_its_own_is_over_with_it() {
    on_both(async |site| {
        let app = site.start(&[whisper::process]).await;
        let send = async |word: &str| {
            app.run(Whispered { room: "blue".into(), word: word.into() }.emit()).await.unwrap();
        };
        send("gone").await;
        app.clock.advance(minutes(61)).await;
        send("there").await;
        app.run(whisper("blue").start()).await.unwrap();
        app.settle().await;
        assert_eq!(result(&site, "/whisper/blue").await.unwrap(), r#""there""#);
    });
}

process! {
    whisper at "/whisper/{room}" gives String;
    |cx, next, world|
    wait Start { room: String } => {
        let word = Whispered::of(&room).step_in(cx).await.word;
        next.done(word)
    },
}
starts! { whisper(room: String) }
