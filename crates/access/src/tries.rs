//! Wrong passwords in a row, counted in memory: only what they lead to, a lock-out, is on the
//! record, so guessing costs the ledger one entry where it costs the guesser five. Names that no
//! account has are counted and locked out in the same way, so the answers do not tell them apart.

use std::sync::Mutex;
use std::time::Duration;

use model::{AccountId, Timestamp};

use crate::bounded::Bounded;
use crate::{AccessError, LockRule, SignInName, after, lock};

/// Whose password is tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Whom {
    /// An account's.
    Account(AccountId),
    /// Nobody's.
    Stranger(SignInName),
}

/// Counts per account, and apart from them per unknown name, so that made-up names push no
/// account's count out of memory.
pub struct Tries {
    rule: LockRule,
    accounts: Bounded<Whom, Count>,
    strangers: Bounded<Whom, Count>,
}

struct Count {
    wrong: u32,
    pending: u32,
    last: Timestamp,
    lockouts: u32,
    locked_until: Option<Timestamp>,
}

impl Tries {
    /// Nothing counted yet.
    pub fn new(rule: LockRule, remembered: usize) -> Self {
        Self { rule, accounts: Bounded::new(remembered), strangers: Bounded::new(remembered) }
    }

    fn map(&mut self, whom: &Whom) -> &mut Bounded<Whom, Count> {
        match whom {
            Whom::Account(_) => &mut self.accounts,
            Whom::Stranger(_) => &mut self.strangers,
        }
    }

    fn begin(&mut self, whom: &Whom, now: Timestamp) -> Result<(), AccessError> {
        let rule = self.rule;
        let count = self.map(whom).get_or_make(whom, || Count {
            wrong: 0,
            pending: 0,
            last: now,
            lockouts: 0,
            locked_until: None,
        });
        if let Some(until) = count.locked_until.filter(|until| *until > now) {
            return Err(AccessError::Locked { until });
        }
        if after(count.last, rule.longest) <= now {
            count.wrong = 0;
        }
        // Guesses at the same moment must not outrun the count.
        if count.wrong + count.pending >= rule.failures.max(1) {
            return Err(AccessError::Busy);
        }
        count.pending += 1;
        count.last = now;
        Ok(())
    }
}

/// One try under way; dropped without an outcome it counts for nothing.
pub struct Try<'t> {
    tries: &'t Mutex<Tries>,
    whom: Whom,
}

impl<'t> Try<'t> {
    /// Refuses while a stranger's name is locked out, or while too many tries are under way.
    pub fn begin(tries: &'t Mutex<Tries>, whom: Whom, now: Timestamp) -> Result<Self, AccessError> {
        lock(tries).begin(&whom, now)?;
        Ok(Self { tries, whom })
    }

    /// Begins the count anew: the password was right, or the lock-out is entered.
    pub fn clear(self) {
        let mut tries = lock(self.tries);
        if let Some(count) = tries.map(&self.whom).get(&self.whom) {
            (count.wrong, count.lockouts) = (0, 0);
        }
    }

    /// Counts a wrong password; true when it was once too often. Unless the count is cleared, the
    /// next wrong one is once too often again, as a lock-out may fail to be entered.
    pub fn wrong(&self) -> bool {
        let mut tries = lock(self.tries);
        let most = tries.rule.failures.max(1);
        let Some(count) = tries.map(&self.whom).get(&self.whom) else { return false };
        let too_often = count.wrong + 1 >= most;
        count.wrong = if too_often { most - 1 } else { count.wrong + 1 };
        too_often
    }

    /// Locks out a name that no account has.
    pub fn lock_stranger(&self, now: Timestamp) -> Timestamp {
        let mut tries = lock(self.tries);
        let rule = tries.rule;
        let Some(count) = tries.map(&self.whom).get(&self.whom) else {
            return after(now, rule.first);
        };
        let until = after(now, lasts(rule, count.lockouts));
        count.lockouts = count.lockouts.saturating_add(1);
        (count.wrong, count.locked_until) = (0, Some(until));
        until
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        let mut tries = lock(self.tries);
        if let Some(count) = tries.map(&self.whom).get(&self.whom) {
            count.pending = count.pending.saturating_sub(1);
        }
    }
}

/// How long a lock-out lasts after so many before it.
pub fn lasts(rule: LockRule, lockouts: u32) -> Duration {
    let times = 1_u32.checked_shl(lockouts).unwrap_or(u32::MAX);
    rule.first.saturating_mul(times).min(rule.longest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Settings;

    #[test]
    fn each_lock_out_lasts_twice_as_long_up_to_a_day() {
        let rule = Settings::default().lock;
        for (before, minutes) in [(0, 15), (1, 30), (2, 60), (6, 960), (7, 1_440), (40, 1_440)] {
            assert_eq!(lasts(rule, before), Duration::from_mins(minutes), "{before}");
        }
    }

    #[test]
    fn tries_at_the_same_moment_do_not_outrun_the_count() {
        let now = Timestamp::UNIX_EPOCH;
        let whom = Whom::Account(AccountId(model::id::v7(0, [1; 10])));
        let tries = Mutex::new(Tries::new(Settings::default().lock, 10));
        let under_way: Vec<Try<'_>> =
            (0..5).map(|_| Try::begin(&tries, whom.clone(), now).unwrap()).collect();
        let sixth = Try::begin(&tries, whom.clone(), now).err();
        assert!(matches!(sixth, Some(AccessError::Busy)));
        let full: Vec<bool> = under_way.iter().map(Try::wrong).collect();
        assert_eq!(full, [false, false, false, false, true]);
        drop(under_way);
        let next = Try::begin(&tries, whom.clone(), now).unwrap();
        assert!(next.wrong(), "the lock-out was not entered, so it is tried again");
        next.clear();
        assert!(!Try::begin(&tries, whom.clone(), now).unwrap().wrong());
    }

    #[test]
    fn a_day_without_a_failure_begins_the_count_anew() {
        let whom = Whom::Account(AccountId(model::id::v7(0, [1; 10])));
        for (hours, expected) in [(23, true), (24, false)] {
            let tries = Mutex::new(Tries::new(Settings::default().lock, 10));
            let mut now = Timestamp::UNIX_EPOCH;
            for _ in 0..4 {
                assert!(!Try::begin(&tries, whom.clone(), now).unwrap().wrong());
            }
            now = after(now, Duration::from_hours(hours));
            assert_eq!(Try::begin(&tries, whom.clone(), now).unwrap().wrong(), expected);
        }
    }

    proptest! {
        #[test]
        fn a_locked_name_is_never_looked_at_before_its_time(
            steps in proptest::collection::vec((0_u64..4_000, any::<bool>()), 1..200),
        ) {
            let tries = Mutex::new(Tries::new(Settings::default().lock, 10));
            let whom = Whom::Stranger(SignInName::new("nobody").unwrap());
            let mut now = Timestamp::UNIX_EPOCH;
            let mut locked = now;
            for (seconds, right) in steps {
                now = after(now, Duration::from_secs(seconds));
                match Try::begin(&tries, whom.clone(), now) {
                    Ok(under_way) => {
                        prop_assert!(now >= locked);
                        if right {
                            under_way.clear();
                        } else if under_way.wrong() {
                            locked = under_way.lock_stranger(now);
                        }
                    }
                    Err(_) => prop_assert!(now < locked),
                }
            }
        }
    }
}
