//! An account for every made-up member of staff, all with one password that the sign-in page
//! shows.

use access::{Access, NewAccount, Password};
use model::{AccountId, Actor};
use register::staff;
use store::Store;

use crate::failure::Failure;
use crate::{machine, progress};

/// Makes the accounts that are missing; a second start makes none.
pub async fn fill(store: &Store, access: &Access) -> Result<(), Failure> {
    let broken = |error: access::AccessError| Failure::keyed(error.to_string(), error.key());
    if !access.accounts().await.map_err(broken)?.is_empty() {
        return Ok(());
    }
    // Real staff, on a district that is no demo, get no password that everybody knows.
    let mut staff = staff::all(store).await?;
    staff.retain(|one| one.synthetic);
    let bar = progress::bar(u64::try_from(staff.len()).unwrap_or_default(), "accounts");
    let password = Password::new(web::DEMO_PASSWORD);
    for some in staff.chunks(16) {
        let new: Result<Vec<NewAccount>, Failure> = some
            .iter()
            .map(|one| {
                Ok(NewAccount {
                    id: AccountId(machine::case_id(machine::now())?.0),
                    name: one.id.clone(),
                    staff: one.id.clone(),
                    password: password.clone(),
                    must_change: false,
                    salt: machine::random()?,
                })
            })
            .collect();
        access.create(&Actor::system("demo"), &new?).await.map_err(broken)?;
        bar.inc(u64::try_from(some.len()).unwrap_or_default());
    }
    bar.finish_and_clear();
    Ok(())
}
