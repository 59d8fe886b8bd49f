//! No wake is lost, however closely it meets a park, on however many threads.

use justscale::prelude::*;

use crate::world::{World, on_both_with_threads};

signal! { Ball at "/ball/{player}" { player: String, count: u32 } kept 168 hours }

process! {
    // Two of these play with each other.
    player at "/player/{player}" gives u32;
    |cx, next, world|
    step Start { player: String, other: String, serves: bool } => {
        if serves { next.to(State::Return { player, other, count: 0 }) } else { next.to(State::AwaitBall { player, other }) }
    },
    step Return { player: String, other: String, count: u32 } => {
        Ball { player: other.clone(), count: count + 1 }.emit().step_in(cx).await.unwrap();
        if count + 1 >= ROUNDS { next.done(count) } else { next.to(State::AwaitBall { player, other }) }
    },
    wait AwaitBall { player: String, other: String } => {
        let ball = Ball::of(&player).step_in(cx).await;
        if ball.count >= ROUNDS { next.done(ball.count) } else { next.to(State::Return { player, other, count: ball.count }) }
    },
}
starts! { player(player: String, other: String, serves: bool) listens Ball }

const ROUNDS: u32 = 60;

#[test]
fn balls_go_to_and_fro() {
    on_both_with_threads(async |mut site| {
        // Fewer may run at once than play.
        site.options.max_running = 8;
        let app = site.start_in_real_time(&[player::process]).await;
        app.run(async {
            let mut players = Vec::new();
            for pair in 0..16 {
                let (left, right) = (format!("{pair}-left"), format!("{pair}-right"));
                players.push(player(left.clone(), right.clone(), true).start().await.unwrap());
                players.push(player(right, left, false).start().await.unwrap());
            }
            for player in players {
                assert!(player.await.unwrap() >= ROUNDS - 1);
            }
        })
        .await;
        assert!(app.engine.stop(secs(600)).await);
    });
}

process! {
    // What wakes it, a message or the deadline, is anybody's guess.
    torn at "/torn/{player}" gives u32;
    |cx, next, world|
    step Start { player: String } => next.to(State::Await { player, rounds: 0, heard: 0 }),
    wait Await { player: String, rounds: u32, heard: u32 } => {
        let pause = sleep(micros(u64::from(rounds % 7) * 150));
        let (rounds, heard) = match cx.race((Ball::of(&player).arm_in(cx), pause.arm_in(cx))).await {
            rt::Race2::First(_) => (rounds + 1, heard + 1),
            rt::Race2::Second(()) => (rounds + 1, heard),
        };
        if heard < BALLS { next.to(State::Await { player, rounds, heard }) } else { next.done(heard) }
    },
}
starts! { torn(player: String) listens Ball }

const BALLS: u32 = 20;

fn micros(number: u64) -> std::time::Duration {
    std::time::Duration::from_micros(number)
}

#[test]
fn messages_and_deadlines_meet() {
    on_both_with_threads(async |site| {
        let app = site.start_in_real_time(&[torn::process]).await;
        let mut handles = Vec::new();
        for player in 0..12 {
            handles.push(app.run(torn(format!("{player}")).start()).await.unwrap());
        }
        let mut senders = tokio::task::JoinSet::new();
        for player in 0..12 {
            senders.spawn(app.engine.scope(async move {
                for count in 0..BALLS {
                    Ball { player: format!("{player}"), count }.emit().await.unwrap();
                    tokio::task::yield_now().await;
                }
            }));
        }
        senders.join_all().await;
        for handle in handles {
            assert_eq!(app.run(handle).await.unwrap(), BALLS);
        }
        assert!(app.engine.stop(secs(600)).await);
    });
}
