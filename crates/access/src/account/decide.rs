//! Who gets in and which accounts can be made, decided from facts alone.

use std::collections::BTreeSet;

use model::Timestamp;

use super::Account;
use super::rows::{Kept, Taken};
use crate::tries::lasts;
use crate::{AccessError, LockRule, after};

/// Refuses while passwords are not looked at.
pub fn unlocked(account: &Account, now: Timestamp) -> Result<(), AccessError> {
    match account.locked_until {
        Some(until) if until > now => Err(AccessError::Locked { until }),
        _ => Ok(()),
    }
}

/// Whether the right password is good for anything.
pub fn usable(account: &Account, now: Timestamp) -> Result<(), AccessError> {
    unlocked(account, now)?;
    if account.disabled_at.is_some() { Err(AccessError::Disabled) } else { Ok(()) }
}

/// Whether the right password opens a session.
pub fn admit(account: &Account, now: Timestamp) -> Result<(), AccessError> {
    usable(account, now)?;
    if account.must_change { Err(AccessError::MustChange) } else { Ok(()) }
}

/// Whether a passkey opens a session: after a reset the new password comes first.
pub fn open_to_key(account: &Account) -> Result<(), AccessError> {
    if account.disabled_at.is_some() {
        return Err(AccessError::Disabled);
    }
    if account.must_change { Err(AccessError::MustChange) } else { Ok(()) }
}

/// Until when an account is locked out from now on.
pub fn lock_until(rule: LockRule, account: &Account, now: Timestamp) -> Timestamp {
    after(now, lasts(rule, account.lockouts))
}

/// Refuses names and staff that have an account, or that stand there twice.
pub fn create(new: &[Kept], taken: &Taken) -> Result<(), AccessError> {
    let (mut names, mut staff) = (BTreeSet::new(), BTreeSet::new());
    for Kept { account, .. } in new {
        let name = account.name.as_str();
        if taken.names.contains(name) || !names.insert(name) {
            return Err(AccessError::NameTaken(name.to_owned()));
        }
        if taken.staff.contains(&account.staff) || !staff.insert(&account.staff) {
            return Err(AccessError::StaffTaken(account.staff.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::AccountId;
    use proptest::prelude::*;

    use super::*;
    use crate::{Settings, SignInName};

    fn account() -> Account {
        Account {
            id: AccountId(model::id::v7(0, [1; 10])),
            name: SignInName::new("clerk").unwrap(),
            staff: "clerk-1".to_owned(),
            must_change: false,
            lockouts: 0,
            locked_until: None,
            disabled_at: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        #[test]
        fn a_locked_account_never_gets_in_before_its_time(
            lockouts in 0_u32..50, locked_at in 0_i64..1_000_000, wait in 0_i64..200_000,
            must_change: bool, disabled: bool,
        ) {
            let rule = Settings::default().lock;
            let mut account = Account { lockouts, must_change, ..account() };
            account.disabled_at = disabled.then(|| at(0));
            let until = lock_until(rule, &account, at(locked_at));
            prop_assert!(until >= after(at(locked_at), rule.first));
            prop_assert!(until <= after(at(locked_at), rule.longest));
            account.locked_until = Some(until);
            let now = at(locked_at + wait);
            let found = admit(&account, now).err().map(|error| error.key());
            let expected = if now < until {
                Some("account_locked")
            } else if disabled {
                Some("account_disabled")
            } else if must_change {
                Some("password_must_change")
            } else {
                None
            };
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn each_lock_out_is_at_least_as_long_as_the_one_before() {
        let rule = Settings::default().lock;
        let mut before = Duration::ZERO;
        for lockouts in 0..100 {
            assert!(lasts(rule, lockouts) >= before);
            before = lasts(rule, lockouts);
        }
        assert_eq!(before, rule.longest);
    }
}
