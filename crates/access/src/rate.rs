//! How often anybody may knock: a bucket of tokens per address or account and class of route, in
//! memory, for one process. What is limited, and the answer that says when to come back, is `web`'s.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::Duration;

use model::{AccountId, Timestamp};

use crate::bounded::Bounded;
use crate::{AccessError, lock};

/// What a class of routes allows to each of its callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The class, such as `sign-in`: each has buckets of its own.
    pub class: &'static str,
    /// Requests at once after a rest.
    pub burst: u32,
    /// The time in which one more becomes possible.
    pub every: Duration,
}

/// Who knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// From an address, see [`network`].
    Address(IpAddr),
    /// Signed in.
    Account(AccountId),
}

/// How full a bucket is: the instant, in microseconds, at which it is full again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    full_at: i64,
}

/// How long to wait for the next token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// Takes a token, or says when there will be one. An empty bucket is not made emptier by asking.
pub fn take(bucket: &mut Bucket, rate: Rate, now: Timestamp) -> Result<(), RetryAfter> {
    let now = now.as_microsecond();
    let every = i64::try_from(rate.every.as_micros()).unwrap_or(i64::MAX).max(1);
    let size = every.saturating_mul(i64::from(rate.burst.max(1)));
    // After a clock that went back nobody waits for longer than for an empty bucket.
    let full_at = bucket.full_at.clamp(now, now.saturating_add(size)).saturating_add(every);
    let missing = full_at.saturating_sub(now.saturating_add(size));
    if missing > 0 {
        return Err(RetryAfter(Duration::from_micros(missing.unsigned_abs())));
    }
    bucket.full_at = full_at;
    Ok(())
}

/// An IPv6 caller owns the 64 bits behind his prefix and is one caller; an IPv4 address written as
/// IPv6 is the same caller.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))),
        four @ IpAddr::V4(_) => four,
    }
}

/// Buckets of this process; the ones that were not used for longest are dropped, that is full
/// again, when there are too many.
pub struct Buckets(Mutex<Bounded<(&'static str, Caller), Bucket>>);

impl Buckets {
    /// At most so many buckets.
    pub fn new(most: usize) -> Self {
        Self(Mutex::new(Bounded::new(most)))
    }

    /// Lets a caller in or says when to come back.
    pub fn take(&self, rate: Rate, caller: Caller, now: Timestamp) -> Result<(), AccessError> {
        let caller = match caller {
            Caller::Address(address) => Caller::Address(network(address)),
            Caller::Account(account) => Caller::Account(account),
        };
        let mut buckets = lock(&self.0);
        let bucket = buckets.get_or_make(&(rate.class, caller), Bucket::default);
        take(bucket, rate, now).map_err(|RetryAfter(wait)| AccessError::TooMany(wait))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIGN_IN: Rate = Rate { class: "sign-in", burst: 3, every: Duration::from_secs(10) };

    fn at(millis: i64) -> Timestamp {
        model::time::from_millis(1_678_000_000_000 + millis)
    }

    #[test]
    fn a_burst_is_let_in_and_then_one_at_a_time() {
        let mut bucket = Bucket::default();
        for (millis, wait) in [
            (0, None),
            (0, None),
            (0, None),
            (0, Some(10_000)),
            (4_000, Some(6_000)),
            (9_999, Some(1)),
            (10_000, None),
            (10_000, Some(10_000)),
            (60_000, None),
            (60_000, None),
            (60_000, None),
            (60_001, Some(9_999)),
            // A clock that went back: the bucket counts as empty, not as empty for ten minutes.
            (-600_000, Some(10_000)),
        ] {
            let taken = take(&mut bucket, SIGN_IN, at(millis)).err();
            let expected = wait.map(|wait| RetryAfter(Duration::from_millis(wait)));
            assert_eq!(taken, expected, "{millis}");
        }
    }

    #[test]
    fn callers_are_kept_apart_by_class_address_and_account() {
        let buckets = Buckets::new(100);
        let one = Rate { burst: 1, ..SIGN_IN };
        let other = Rate { class: "report", ..one };
        let address = |text: &str| Caller::Address(text.parse().unwrap());
        let account = Caller::Account(AccountId(model::id::v7(0, [1; 10])));
        for (rate, caller, let_in) in [
            (one, address("192.0.2.1"), true),
            (one, address("192.0.2.1"), false),
            (one, address("::ffff:192.0.2.1"), false),
            (other, address("192.0.2.1"), true),
            (one, address("192.0.2.2"), true),
            (one, address("2001:db8::1"), true),
            (one, address("2001:db8::ffff:1"), false),
            (one, address("2001:db8:0:1::1"), true),
            (one, account, true),
            (one, account, false),
        ] {
            assert_eq!(buckets.take(rate, caller, at(0)).is_ok(), let_in, "{caller:?}");
        }
    }

    #[test]
    fn only_so_many_buckets_are_kept() {
        let buckets = Buckets::new(2);
        let one = Rate { burst: 1, ..SIGN_IN };
        let take = |number: u8| {
            buckets.take(one, Caller::Address(IpAddr::from([192, 0, 2, number])), at(0)).is_ok()
        };
        assert_eq!(
            [take(1), take(2), take(2), take(3), take(2), take(1)],
            [true, true, false, true, false, true]
        );
    }

    proptest! {
        #[test]
        fn no_window_lets_in_more_than_the_burst_and_what_trickled_in(
            waits in proptest::collection::vec(0_i64..20_000, 1..100), burst in 1_u32..6,
        ) {
            let rate = Rate { burst, ..SIGN_IN };
            let mut bucket = Bucket::default();
            let (mut now, mut taken) = (0_i64, Vec::new());
            for wait in waits {
                now += wait;
                match take(&mut bucket, rate, at(now)) {
                    Ok(()) => taken.push(now),
                    Err(RetryAfter(wait)) => {
                        let wait = i64::try_from(wait.as_millis()).unwrap();
                        let mut again = bucket;
                        prop_assert!(take(&mut again, rate, at(now + wait)).is_ok());
                        prop_assert!(wait == 0 || take(&mut bucket, rate, at(now + wait - 1)).is_err());
                    }
                }
            }
            for (index, start) in taken.iter().enumerate() {
                for (more, end) in taken[index..].iter().enumerate() {
                    let most = i64::from(burst) + (end - start) / 10_000;
                    prop_assert!(i64::try_from(more).unwrap() < most);
                }
            }
        }
    }
}
