//! What can be asked of a case: an act with who, why, when and an optional key against repeats.
//! Ids, keys and nonces come from outside, so that a retry asks the very same thing.

use std::sync::Arc;

use model::{ActId, Actor, AreaCode, CaseId, KindId, OrganId, Purpose, Timestamp};

use crate::case::{Point, Values};
use crate::follow::Following;

/// An act on a case.
#[derive(Debug, Clone)]
pub struct Command {
    /// The case; of a new case its future id.
    pub case: CaseId,
    /// Who.
    pub actor: Actor,
    /// Why.
    pub purpose: Purpose,
    /// When it happened; nothing means now. Imports and offline work name their own time.
    pub at: Option<Timestamp>,
    /// Repeating an act with its key changes nothing and is answered as the first time.
    pub once: Option<Arc<str>>,
    /// Randomness for sealing what is personal.
    pub seal: Seal,
    /// What.
    pub act: Act,
}

/// Randomness for sealing; the key is used only for a case that has none yet.
#[derive(Clone, Copy)]
pub struct Seal {
    /// A new key.
    pub key: [u8; 32],
    /// Never used twice.
    pub nonce: [u8; 24],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

/// What is done.
#[derive(Debug, Clone)]
pub enum Act {
    /// 受理: a new case.
    Open(Box<Opening>),
    /// An act that the step offers.
    Take {
        /// Its name.
        act: ActId,
        /// Values of its form.
        values: Values,
    },
    /// 转派.
    Transfer {
        /// The new holder.
        organ: OrganId,
        /// Why.
        because: Because,
    },
    /// 退单.
    SendBack(Because),
    /// 中止.
    Suspend(Because),
    /// 恢复.
    Resume(Because),
    /// 延期.
    Extend {
        /// Units of the step's limit.
        by: u32,
        /// Why.
        because: Because,
    },
    /// 督办.
    Supervise(Because),
    /// 提级督办, by the clock.
    Escalate,
    /// 重开.
    Reopen(Because),
    /// 合并 as a duplicate of another case.
    Merge {
        /// The case that carries on.
        into: CaseId,
        /// Why.
        because: Because,
    },
    /// 拆回.
    Unmerge(Because),
    /// Parts that run in parallel.
    Split(Vec<Part>),
    /// 评价.
    Rate {
        /// 1 to 5.
        stars: u8,
        /// `web`, `phone`, `window` …
        channel: Arc<str>,
        /// In the reporter's words.
        comment: Option<String>,
        /// The id of the case that a bad rating opens.
        follow_up: CaseId,
    },
    /// The person who handles it.
    Assign(Arc<str>),
    /// A remark.
    Note(String),
    /// 补充: something to add, by whoever the pack lets add.
    Add(Values),
    /// 关注: somebody who has the same problem wants to be told.
    Follow(Following),
    /// What the holder of a secret link does, with the digest of its token: his role is what he
    /// follows the case as.
    AsFollower {
        /// Digest of the token.
        secret: String,
        /// What he does.
        act: Box<Act>,
    },
    /// 取消关注, as a follower.
    Unfollow,
    /// 确认办结: the case was closed rightly, as a follower.
    ConfirmClosure,
}

impl Act {
    /// Values of the form that comes with it.
    pub fn values(&self) -> Option<&Values> {
        match self {
            Self::Open(opening) => Some(&opening.values),
            Self::Take { values, .. } | Self::Add(values) => Some(values),
            Self::AsFollower { act, .. } => act.values(),
            _ => None,
        }
    }

    /// What is done, whoever does it.
    pub fn itself(&self) -> &Self {
        match self {
            Self::AsFollower { act, .. } => act.itself(),
            act => act,
        }
    }

    /// What tells one act from another, without anybody's words.
    pub fn gist(&self) -> String {
        let reason = |because: &Because| because.reason.clone().unwrap_or_default();
        let fields = |values: &Values| values.keys().cloned().collect::<Vec<_>>().join(" ");
        match self {
            Self::Open(opening) => {
                let area = opening.area.as_ref().map(AreaCode::as_str).unwrap_or_default();
                let key = opening.external_key.as_deref().unwrap_or_default();
                let follower = opening.follower.as_ref();
                let secret = follower.map(|follower| follower.secret.as_str()).unwrap_or_default();
                format!("open {} {area} {key} {secret}", opening.kind)
            }
            Self::Take { act, values } => format!("take {act} {}", fields(values)),
            Self::Transfer { organ, because } => format!("transfer {organ} {}", reason(because)),
            Self::SendBack(because) => format!("send-back {}", reason(because)),
            Self::Suspend(because) => format!("suspend {}", reason(because)),
            Self::Resume(_) => "resume".to_owned(),
            Self::Extend { by, because } => format!("extend {by} {}", reason(because)),
            Self::Supervise(because) => format!("supervise {}", reason(because)),
            Self::Escalate => "escalate".to_owned(),
            Self::Reopen(because) => format!("reopen {}", reason(because)),
            Self::Merge { into, because } => format!("merge {into} {}", reason(because)),
            Self::Unmerge(because) => format!("unmerge {}", reason(because)),
            Self::Split(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|part| format!("{} {}", part.id, part.kind)).collect();
                format!("split {}", parts.join(" "))
            }
            Self::Rate { stars, channel, follow_up, .. } => {
                format!("rate {stars} {channel} {follow_up}")
            }
            Self::Assign(handler) => format!("assign {handler}"),
            Self::Note(_) => "note".to_owned(),
            Self::Add(values) => format!("add {}", fields(values)),
            Self::Follow(following) => format!("follow {}", following.secret),
            Self::AsFollower { secret, act } => format!("as {secret} {}", act.gist()),
            Self::Unfollow => "unfollow".to_owned(),
            Self::ConfirmClosure => "confirm-closure".to_owned(),
        }
    }
}

/// Why: a reason of the procedure, words, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Because {
    /// A reason that the procedure lists.
    pub reason: Option<String>,
    /// In words; sealed, because words may name people.
    pub note: Option<String>,
}

/// A new case.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What it is about.
    pub kind: KindId,
    /// Where.
    pub area: Option<AreaCode>,
    /// Where exactly.
    pub point: Option<Point>,
    /// One line that names nobody (`title.rs`); nothing means the name of the kind.
    pub title: Option<String>,
    /// Values of the procedure's form.
    pub values: Values,
    /// Its number in the system it comes from.
    pub external_key: Option<Arc<str>>,
    /// The reporter, when he gets a link to follow it by.
    pub follower: Option<Following>,
}

/// A part of a case.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its future id.
    pub id: CaseId,
    /// What it is about.
    pub kind: KindId,
    /// Who handles it; nothing means as routed.
    pub organ: Option<OrganId>,
}
