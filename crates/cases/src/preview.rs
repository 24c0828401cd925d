//! What somebody could do with a case now, and why not the rest: every act is decided without
//! being carried out. Pages and the command line show the same list.

use model::{ActId, Actor, OrganId, Purpose};

use crate::case::{Case, Values};
use crate::command::{Act, Because, Command, Seal};
use crate::decide::{Facts, World, decide};
use crate::error::CaseError;

/// An act as it is offered; what it asks for is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// An act of the step.
    Step(ActId),
    /// 转派.
    Transfer,
    /// 退单.
    SendBack,
    /// 中止.
    Suspend,
    /// 恢复.
    Resume,
    /// 延期.
    Extend,
    /// 督办.
    Supervise,
    /// 重开.
    Reopen,
    /// 合并.
    Merge,
    /// 拆回.
    Unmerge,
    /// Parts that run in parallel.
    Split,
    /// Naming who handles it.
    Assign,
    /// A remark.
    Note,
}

impl Offer {
    /// Its name on the command line and in forms.
    pub fn name(&self) -> &str {
        match self {
            Self::Step(act) => act.as_str(),
            Self::Transfer => "transfer",
            Self::SendBack => "send-back",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Extend => "extend",
            Self::Supervise => "supervise",
            Self::Reopen => "reopen",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Split => "split",
            Self::Assign => "assign",
            Self::Note => "note",
        }
    }
}

/// An act and the refusal it would meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The act.
    pub offer: Offer,
    /// Why it would be refused; what is only not filled in yet is no reason.
    pub refused: Option<CaseError>,
}

/// Every act on a case as this actor would meet it, those of the step first.
pub fn preview(world: World<'_>, case: &Case, actor: &Actor) -> Vec<Offered> {
    let step = world
        .rules
        .procedure(case.edition, &case.procedure)
        .and_then(|procedure| procedure.step(&case.step));
    let acts = step.map(|step| step.acts.as_slice()).unwrap_or_default();
    let mut offers: Vec<Offer> = acts.iter().map(|act| Offer::Step(act.id.clone())).collect();
    offers.extend([
        Offer::Transfer,
        Offer::SendBack,
        Offer::Suspend,
        Offer::Resume,
        Offer::Extend,
        Offer::Supervise,
        Offer::Reopen,
        Offer::Merge,
        Offer::Unmerge,
        Offer::Split,
        Offer::Assign,
        Offer::Note,
    ]);
    let mut facts = Facts::default();
    facts.cases.insert(case.id, case.clone());
    let elsewhere =
        world.rules.today().organs.keys().find(|organ| case.organ.as_ref() != Some(organ));
    offers
        .into_iter()
        .filter_map(|offer| {
            let act = act_of(&offer, case, elsewhere)?;
            let command = Command {
                case: case.id,
                actor: actor.clone(),
                purpose: Purpose::new("preview"),
                at: None,
                once: None,
                // Nothing is carried out, so nothing is sealed under this.
                seal: Seal { key: [0; 32], nonce: [0; 24] },
                act,
            };
            let refused = decide(world, &facts, &command).err().filter(|error| !is_open(error));
            Some(Offered { offer, refused })
        })
        .collect()
}

/// True when only what the form would bring is missing.
fn is_open(error: &CaseError) -> bool {
    matches!(
        error,
        CaseError::FormInvalid(_)
            | CaseError::ReasonMissing(_)
            | CaseError::NoParts
            | CaseError::CannotMerge(..)
    )
}

fn act_of(offer: &Offer, case: &Case, elsewhere: Option<&OrganId>) -> Option<Act> {
    let because = Because::default();
    Some(match offer {
        Offer::Step(act) => Act::Take { act: act.clone(), values: Values::new() },
        Offer::Transfer => Act::Transfer { organ: elsewhere?.clone(), because },
        Offer::SendBack => Act::SendBack(because),
        Offer::Suspend => Act::Suspend(because),
        Offer::Resume => Act::Resume(because),
        Offer::Extend => Act::Extend { by: 1, because },
        Offer::Supervise => Act::Supervise(because),
        Offer::Reopen => Act::Reopen(because),
        Offer::Merge => Act::Merge { into: case.id, because },
        Offer::Unmerge => Act::Unmerge(because),
        Offer::Split => Act::Split(Vec::new()),
        Offer::Assign => Act::Assign(case.handler.clone().unwrap_or_default()),
        Offer::Note => Act::Note(String::new()),
    })
}
