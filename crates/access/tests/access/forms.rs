//! Forms: whose token fits, whose key finds an answer.

use access::ServerKey;
use access::form::{FormKey, Reader, check, token};
use model::AccountId;
use store::testing::each;

use crate::rig::{RIGHT, Rig, random};

#[tokio::test]
async fn a_token_fits_its_own_reader_in_every_process_and_nobody_else() {
    for scratch in each().unwrap() {
        let (here, there) = (Rig::on(&scratch).await, Rig::on(&scratch).await);
        here.account("clerk").await;
        let one = Reader::Session(here.sign_in("clerk", RIGHT).await.unwrap().session);
        let other = Reader::Session(here.sign_in("clerk", RIGHT).await.unwrap().session);
        let made = token(here.access.key(), one);
        assert!(check(there.access.key(), one, &made).is_ok(), "{}", scratch.name);
        let Reader::Session(id) = one else { unreachable!() };
        let same_text = id.to_string();
        let stranger = ServerKey::new([1; 32]);
        for (key, reader, token) in [
            (here.access.key(), other, &*made),
            (here.access.key(), Reader::Visitor(&same_text), &*made),
            (&stranger, one, &*made),
            (here.access.key(), one, ""),
            (here.access.key(), one, &made[..62]),
            (here.access.key(), one, &*made.replace(|letter| letter != '0', "0")),
        ] {
            let refused = check(key, reader, token).unwrap_err();
            assert_eq!(refused.key(), "form_foreign", "{reader:?} {token}");
        }
        assert_eq!(format!("{:?}", here.access.key()), "ServerKey(secret)");
    }
}

#[test]
fn a_key_of_a_form_belongs_to_one_account() {
    let key = FormKey::new([9; 16]);
    assert_eq!(FormKey::read(&key.field()).unwrap(), key);
    let account = || AccountId(model::id::v7(1, random()));
    assert_ne!(key.once(account()), key.once(account()));
    for wrong in ["", "09", "form:1", &"zz".repeat(16)] {
        assert_eq!(FormKey::read(wrong).unwrap_err().key(), "form_key");
    }
}
