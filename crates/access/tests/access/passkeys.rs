//! A device of the test's own signs; what is not exactly right is refused on both databases.

use access::AccessError;
use access::passkey::{Algorithm, Asserted, Created, Site};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use model::AccountId;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use store::testing::each as databases;

use crate::rig::{Rig, administrator, random};

const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

fn site() -> Site {
    Site::new("https", "district.example")
}

/// A device with one key, and what it is asked to say wrongly.
struct Device {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    origin: &'static str,
    party: &'static str,
    flags: u8,
    count: u32,
}

impl Device {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random);
        Self {
            pair: pair.unwrap(),
            id: crate::rig::random::<16>().to_vec(),
            origin: "https://district.example",
            party: "district.example",
            flags: 0x05,
            count: 0,
        }
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, attested: bool) -> Vec<u8> {
        let mut data = Sha256::digest(self.party).to_vec();
        data.push(if attested { self.flags | 0x40 } else { self.flags });
        data.extend(self.count.to_be_bytes());
        if attested {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
        }
        data
    }

    async fn join(&self, rig: &Rig, account: AccountId) -> Result<(), AccessError> {
        let challenge = rig.access.challenge(random());
        self.join_with(rig, account, &challenge).await
    }

    async fn join_with(
        &self,
        rig: &Rig,
        account: AccountId,
        challenge: &str,
    ) -> Result<(), AccessError> {
        let client = B64.encode(self.client("webauthn.create", challenge));
        let data = B64.encode(self.data(true));
        let key = B64.encode([P256, self.pair.public_key().as_ref()].concat());
        let created = Created {
            client: &client,
            authenticator: &data,
            public_key: &key,
            algorithm: Algorithm::Es256.number(),
            name: "我的手机",
        };
        rig.access.add_passkey(account, &created, &site()).await
    }

    async fn enter(&self, rig: &Rig) -> Result<String, AccessError> {
        let challenge = rig.access.challenge(random());
        self.enter_with(rig, &challenge, |_| {}).await
    }

    /// Signs in, with something of the signature changed.
    async fn enter_with(
        &self,
        rig: &Rig,
        challenge: &str,
        spoil: impl Fn(&mut Vec<u8>),
    ) -> Result<String, AccessError> {
        let client = self.client("webauthn.get", challenge);
        let data = self.data(false);
        let message = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        let mut signature = signature.as_ref().to_vec();
        spoil(&mut signature);
        let (id, client) = (B64.encode(&self.id), B64.encode(client));
        let (data, signature) = (B64.encode(data), B64.encode(signature));
        let asserted = Asserted {
            id: &id,
            client: &client,
            authenticator: &data,
            signature: &signature,
            agent: "test",
            address: None,
        };
        let signed_in = rig.access.sign_in_by_passkey(&asserted, &site(), random()).await?;
        Ok(signed_in.staff)
    }
}

async fn each(test: impl AsyncFn(&Rig)) {
    for scratch in databases().unwrap() {
        test(&Rig::on(&scratch).await).await;
    }
}

fn key(answer: Result<impl std::fmt::Debug, AccessError>) -> &'static str {
    answer.unwrap_err().key()
}

#[tokio::test]
async fn a_passkey_lets_its_owner_in_also_while_the_password_is_locked_out() {
    each(async |rig| {
        let account = rig.account("clerk-1").await;
        let device = Device::new();
        device.join(rig, account).await.unwrap();
        let known = rig.access.passkeys(account).await.unwrap();
        assert_eq!((known.len(), known[0].name.as_str()), (1, "我的手机"));
        for _ in 0..6 {
            rig.answer("clerk-1", "wrong").await;
        }
        assert_eq!(rig.answer("clerk-1", "wrong").await, "account_locked");
        assert_eq!(device.enter(rig).await.unwrap(), "clerk-1");
        assert!(rig.access.passkeys(account).await.unwrap()[0].used_at.is_some());
        rig.access.disable(&administrator(), account).await.unwrap();
        assert_eq!(key(device.enter(rig).await), "account_disabled");
        rig.access.enable(&administrator(), account).await.unwrap();
        rig.access.reset_password(&administrator(), account, random(), random()).await.unwrap();
        assert_eq!(key(device.enter(rig).await), "password_must_change");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_not_exactly_right_is_refused() {
    each(async |rig| {
        let account = rig.account("clerk-1").await;
        let mut device = Device::new();
        assert_eq!(key(device.enter(rig).await), "passkey_unknown");
        device.join(rig, account).await.unwrap();
        assert_eq!(key(device.join(rig, account).await), "passkey_wrong", "known already");
        let spent = rig.access.challenge(random());
        device.enter_with(rig, &spent, |_| {}).await.unwrap();
        assert_eq!(key(device.enter_with(rig, &spent, |_| {}).await), "passkey_wrong", "spent");
        let late = rig.access.challenge(random());
        rig.wait(std::time::Duration::from_secs(301));
        assert_eq!(key(device.enter_with(rig, &late, |_| {}).await), "passkey_late");
        for forged in ["", "AAAA", &"A".repeat(75)] {
            assert_eq!(key(device.enter_with(rig, forged, |_| {}).await), "passkey_wrong");
        }
        let fresh = || rig.access.challenge(random());
        let spoilt = device.enter_with(rig, &fresh(), |bytes| bytes[9] ^= 1).await;
        assert_eq!(key(spoilt), "passkey_wrong");
        device.origin = "https://district.example.evil";
        assert_eq!(key(device.enter(rig).await), "passkey_wrong", "another origin");
        device.origin = "https://district.example";
        device.party = "evil.example";
        assert_eq!(key(device.enter(rig).await), "passkey_wrong", "another party");
        device.party = "district.example";
        device.flags = 0x01;
        assert_eq!(key(device.enter(rig).await), "passkey_wrong", "nobody was checked");
        device.flags = 0x05;
        device.count = 7;
        device.enter(rig).await.unwrap();
        assert_eq!(key(device.enter(rig).await), "passkey_wrong", "the count stands still");
        let other = Device { id: device.id.clone(), ..Device::new() };
        assert_eq!(key(other.enter(rig).await), "passkey_wrong", "the key of somebody else");
    })
    .await;
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_only_its_owner_removes_it() {
    each(async |rig| {
        let account = rig.account("clerk-1").await;
        let other = rig.account("clerk-2").await;
        let device = Device::new();
        device.join(rig, account).await.unwrap();
        let id = rig.access.passkeys(account).await.unwrap()[0].id.clone();
        rig.access.remove_passkey(other, &id).await.unwrap();
        device.enter(rig).await.unwrap();
        rig.access.remove_passkey(account, &id).await.unwrap();
        assert_eq!(key(device.enter(rig).await), "passkey_unknown");
        for _ in 0..10 {
            Device::new().join(rig, account).await.unwrap();
        }
        assert_eq!(key(Device::new().join(rig, account).await), "passkeys_too_many");
    })
    .await;
}
