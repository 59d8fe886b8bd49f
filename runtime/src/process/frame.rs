//! [`Frame`]: where one body of a run stands, that of the process or that of a part which it has called; and [`Run`], what they share.
//!
//! A part's frame is inside that of its caller. Whatever moves, one row is committed: a move of a part is committed as the whole of
//! where its callers stand, with the part's new point in its place. So a part goes on from its own point after a crash.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::nested::Nested;
use super::place::Place;
use super::waits::{Registered, Waits};
use super::{Held, Stop, nested};
use crate::db::{Current, Turn};
use crate::engine::Engine;
use crate::engine::commit::Moved;
use crate::engine::running::Ear;
use crate::store::{Committed, Delivery, InstanceId, Next, SavedState, Topic};

/// One run of one instance, whatever body of it runs.
pub(crate) struct Run {
    pub(crate) engine: Engine,
    pub(crate) ear: Ear,
    pub(crate) id: InstanceId,
    pub(crate) name: Arc<str>,
    /// The row's epoch, as far as this run knows.
    epoch: AtomicI64,
    /// Messages that a body has used and that are not committed as used.
    held: Mutex<Vec<(Topic, i64)>>,
    /// Whether parts are called, so that several bodies may wait beside each other.
    has_parts: AtomicBool,
    /// Whether commits were made by tasks of their own, which may outlive who asked for them.
    is_loose: AtomicBool,
}

impl Run {
    pub(super) fn new(engine: &Engine, ear: Ear, id: InstanceId, name: &str, epoch: i64) -> Self {
        let (engine, name, epoch) = (engine.clone(), name.into(), epoch.into());
        Self {
            engine,
            ear,
            id,
            name,
            epoch,
            held: Mutex::default(),
            has_parts: AtomicBool::new(false),
            is_loose: AtomicBool::new(false),
        }
    }

    pub(crate) fn epoch(&self) -> i64 {
        self.epoch.load(Ordering::Relaxed)
    }

    /// A move of this run is committed, with which the epoch has grown.
    pub(crate) fn moved_row(&self) {
        self.epoch.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether a body of this run uses this message already.
    pub(super) fn holds(&self, delivery: &Delivery) -> bool {
        self.held().iter().any(|(topic, seq)| *topic == delivery.topic && *seq == delivery.seq)
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Vec<(Topic, i64)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has those look again that wait beside each other.
    pub(super) fn look_again(&self) {
        if self.has_parts.load(Ordering::Relaxed) {
            self.ear.say();
        }
    }

    pub(super) fn is_loose(&self) -> bool {
        self.is_loose.load(Ordering::Relaxed)
    }
}

/// Where one body stands.
pub(crate) struct Frame {
    pub(super) run: Arc<Run>,
    pub(super) place: Place,
    standing: Mutex<Standing>,
    /// The caller's, if this is a part's.
    caller: Option<Caller>,
    /// Whether nothing of this part runs: it waits for a time or a message.
    rests: AtomicBool,
}

/// Who has called a part.
struct Caller {
    frame: Arc<Frame>,
    /// Among the arms of its `race!`, or the branches of its `join!`.
    position: usize,
    /// The part's fn.
    part: &'static str,
    /// Whether there is nothing beside this part: its callers wait for it and for nothing else.
    is_alone: bool,
}

/// What of a body is committed, and what is not yet.
pub(crate) struct Standing {
    /// The state in the row.
    pub(crate) row: SavedState,
    /// A state that was reached and is to be committed together with what its arm registers, or before its arm runs.
    pub(crate) staged: Option<SavedState>,
    /// A state that was reached without any user code having run since `row`: it need not be committed at all.
    pub(crate) passed: Option<SavedState>,
    /// What is registered at the state in the row.
    pub(crate) waits: Waits,
    /// The row's count of failed attempts when the run began.
    pub(crate) attempts: u32,
    /// Whether an operator asked for the next attempt now: the row was active with failed attempts and no cause of theirs.
    pub(crate) prompted: bool,
    /// Messages that were used and are not committed as such.
    pub(crate) consumed: Vec<Held>,
    pub(super) stop: Option<Stop>,
}

impl Standing {
    /// Of a body that stands at a state, with what it has registered there.
    pub(super) fn at(row: SavedState, waits: Waits) -> Self {
        let consumed = Vec::new();
        Self { row, staged: None, passed: None, waits, attempts: 0, prompted: false, consumed, stop: None }
    }
}

/// A move of a body.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    /// It stands at a new point.
    Step(SavedState),
    /// It has registered something.
    Registers {
        /// Where it stands.
        state: SavedState,
        /// What is registered there. Parts that stand there keep their places.
        waits: Waits,
        /// Whether this is a new point.
        moved: bool,
        /// Whether nothing is left to run.
        parks: bool,
    },
    /// The process has ended with a result.
    Done(String),
}

impl Frame {
    /// The frame of a process.
    pub(super) fn of_process(run: Arc<Run>, place: Place, standing: Standing) -> Arc<Self> {
        Arc::new(Self {
            run,
            place,
            standing: Mutex::new(standing),
            caller: None,
            rests: AtomicBool::new(false),
        })
    }

    /// The frame of a part that stands at `standing`, called at a position among several (`None`: it is all that is awaited).
    pub(super) fn inside(
        self: &Arc<Self>,
        part: &'static str,
        branch: Option<usize>,
        (mut standing, step): (Standing, i64),
    ) -> Arc<Self> {
        self.run.has_parts.store(true, Ordering::Relaxed);
        let place = self.place.inside(branch, standing.row.point.clone(), step);
        {
            let outer = self.standing();
            (standing.attempts, standing.prompted) = (outer.attempts, outer.prompted);
        }
        let is_alone = branch.is_none() && self.is_alone();
        let caller = Caller { frame: self.clone(), position: branch.unwrap_or(0), part, is_alone };
        Arc::new(Self {
            run: self.run.clone(),
            place,
            standing: Mutex::new(standing),
            caller: Some(caller),
            rests: AtomicBool::new(false),
        })
    }

    /// Whether nothing runs beside this body, so that the instance waits when it does.
    pub(super) fn is_alone(&self) -> bool {
        self.caller.as_ref().is_none_or(|caller| caller.is_alone)
    }

    /// The point at which it stands, after those of its callers.
    pub(super) fn path(&self, point: &str) -> String {
        match &self.caller {
            None => point.to_owned(),
            Some(caller) => format!("{} › {point}", caller.frame.path(&caller.frame.place.point())),
        }
    }

    /// Says whether nothing of this part runs.
    pub(super) fn set_rests(&self, rests: bool) {
        self.rests.store(rests, Ordering::Relaxed);
    }

    pub(super) fn rests(&self) -> bool {
        self.rests.load(Ordering::Relaxed)
    }

    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits a move with what was written in `current` and the messages that were used.
    pub(super) async fn commit(
        self: &Arc<Self>,
        own: Move,
        current: &Current,
        turn: Option<Turn>,
    ) -> Result<Committed, Stop> {
        // With a turn of its own it is made while other futures run, any of which may end the run, by an error or a panic.
        let waited_for = turn.is_none() && self.is_alone();
        let turn = match turn {
            Some(turn) => turn,
            None => current.take_turn().await?,
        };
        let work = self.clone().commit_in_turn(own, current.clone(), turn);
        if waited_for {
            return work.await;
        }
        // So is a part that loses its race: it is dropped wherever it stands. But a commit that has begun is not left half known.
        self.run.is_loose.store(true, Ordering::Relaxed);
        self.run.engine.apart(work).await.unwrap_or(Err(Stop::Leave))
    }

    async fn commit_in_turn(
        self: Arc<Self>,
        own: Move,
        current: Current,
        _turn: Turn,
    ) -> Result<Committed, Stop> {
        let mut used = std::mem::take(&mut self.standing().consumed);
        used.extend(current.take_consumed());
        let consumed = used.iter().map(Held::consumed).collect();
        let own = self.with_parts(own);
        let next = self.next(&own)?;
        let left = self.left(&next);
        let moved = Moved { next, consumed, left };
        let committed = self.run.engine.commit_move(&self.run, moved, &current).await?;
        self.note(own)?;
        drop(used);
        Ok(committed)
    }

    /// What this move leaves registered: parts that stand at the same point keep their places.
    fn with_parts(&self, mut own: Move) -> Move {
        if let Move::Registers { waits, moved: false, .. } = &mut own {
            for (position, registered) in &self.standing().waits.0 {
                if let Registered::Part(_) = registered {
                    waits.0.entry(*position).or_insert_with(|| registered.clone());
                }
            }
        }
        own
    }

    /// What the instance comes to by a move of this body.
    fn next(&self, own: &Move) -> Result<Next, Stop> {
        let (state, waits, moved, parks) = match own.clone() {
            Move::Done(result) => return Ok(Next::Done { result }),
            Move::Step(state) if self.caller.is_none() => return Ok(Next::Step { state }),
            Move::Step(state) => (state, Waits::default(), true, false),
            Move::Registers { state, waits, moved, parks } => (state, waits, moved, parks),
        };
        let Some(caller) = &self.caller else { return registered(state, &waits, moved, parks) };
        let nested = self.nested(caller, state, waits, moved)?;
        caller.frame.next(&caller.with(nested, parks))
    }

    /// The instances whose ends are waited for in the row, and no longer by this move.
    fn left(&self, next: &Next) -> Vec<String> {
        if let Some(caller) = &self.caller {
            return caller.frame.left(next);
        }
        let topics: &[Topic] = match next {
            Next::Wait { topics, .. } | Next::Progress { topics, .. } => topics,
            Next::Step { .. } | Next::Done { .. } => &[],
            Next::Paused { .. } => return Vec::new(),
        };
        let before = self.standing().waits.topics().into_iter();
        let left = before.filter(|topic| !topics.contains(topic));
        left.filter_map(|topic| topic.ends().map(str::to_owned)).collect()
    }

    fn nested(&self, caller: &Caller, state: SavedState, waits: Waits, moved: bool) -> Result<Nested, Stop> {
        let step = self.place.step() + i64::from(moved);
        Nested::new(caller.part, state, step, waits).map_err(Stop::Failed)
    }

    /// Notes, here and at the callers, that a move is committed.
    fn note(&self, own: Move) -> Result<(), Stop> {
        let (state, waits, moved) = match own {
            Move::Done(_) => return Ok(()),
            Move::Step(state) => (state, Waits::default(), true),
            Move::Registers { state, waits, moved, .. } => (state, waits, moved),
        };
        if let Some(caller) = &self.caller {
            let nested = self.nested(caller, state.clone(), waits.clone(), moved)?;
            caller.frame.note(caller.with(nested, false))?;
        }
        let mut standing = self.standing();
        standing.waits = waits;
        if moved {
            standing.row = state;
            standing.staged = None;
            standing.passed = None;
            drop(standing);
            self.place.moved();
        }
        Ok(())
    }
}

impl Caller {
    /// The move of the caller that a move of its part is.
    fn with(&self, nested: Nested, parks: bool) -> Move {
        let standing = self.frame.standing();
        let (state, mut waits) = (standing.row.clone(), standing.waits.clone());
        waits.0.insert(self.position, Registered::Part(nested));
        Move::Registers { state, waits, moved: false, parks }
    }
}

fn registered(state: SavedState, waits: &Waits, moved: bool, parks: bool) -> Result<Next, Stop> {
    let (attempts, cause) = waits.failures();
    let (topics, wake_at) = (waits.topics(), waits.wake_at());
    let waits = waits
        .to_text()
        .map_err(|error| Stop::Failed(format!("what is registered can't be saved: {error}")))?;
    Ok(match parks {
        true => Next::Wait { state, waits, topics, wake_at, attempts, cause, moved },
        false => Next::Progress { state, waits, topics, attempts, cause, moved },
    })
}

/// The points of a run as its logs show them.
pub(super) fn shown(state: &SavedState, waits: &Waits) -> String {
    nested::path(&state.point, waits)
}
