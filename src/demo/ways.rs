//! The ways that a case of the demo can go. What a procedure does not allow is left out.

/// What is out of the ordinary about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Twist {
    /// Nothing.
    #[default]
    None,
    /// 不予受理.
    Refused,
    /// 中止; by the reason with this place in the procedure's list.
    Paused(usize),
    /// 退单, and then transferred to another organ.
    SentBack,
    /// 转派.
    Transferred,
    /// 延期.
    Extended,
    /// 督办.
    Supervised,
    /// 返工 after the check.
    Redone,
    /// 重开 after the end.
    Reopened,
    /// Parts that run in parallel, made while it is handled.
    Split,
    /// The same, made when it is dispatched.
    SplitEarly,
    /// 合并 into the first case of its story.
    Merged,
    /// 合并 and then 拆回.
    Unmerged,
}

/// How a case goes.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// What is out of the ordinary.
    pub twist: Twist,
    /// The step that it does not leave any more once the twist is over; `paused` for a pause that
    /// does not end.
    pub stays: &'static str,
    /// It is handled late within its limit, so that duplicates have time to come in.
    pub slow: bool,
    /// The rating it gets; otherwise some get one.
    pub stars: Option<u8>,
    /// How the follow-up of a bad rating goes.
    pub then: Option<Box<Ways>>,
}

impl Ways {
    /// With a twist.
    pub fn of(twist: Twist) -> Self {
        Self { twist, ..Self::default() }
    }

    /// Staying in a step.
    pub fn staying(self, stays: &'static str) -> Self {
        Self { stays, ..self }
    }
}
