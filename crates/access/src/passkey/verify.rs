//! What a browser answers, judged without a database: WebAuthn Level 3, §7.1 and §7.2, for a relying
//! party that asks for no attestation. The public key comes as SubjectPublicKeyInfo, as browsers give
//! it, so neither CBOR nor COSE is read here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Asserted, Created};
use crate::AccessError;

/// Most bytes of anything a browser answers.
const BYTES_MAX: usize = 8 << 10;

/// The site as the browser names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    origin: String,
}

impl Site {
    /// Of a scheme (`https`) and an authority (`district.example:8443`).
    pub fn new(scheme: &str, authority: &str) -> Self {
        Self { origin: format!("{scheme}://{authority}") }
    }

    /// The host, which is what passkeys belong to.
    pub fn party(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

/// A SubjectPublicKeyInfo begins so, before the bits of the key.
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The part of an RSA key's beginning that names the algorithm; lengths stand before and after it.
const RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03,
    0x82,
];

impl Algorithm {
    /// Those that are asked for, the best first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its number in the COSE registry.
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm of a number.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// The bits of a key that `ring` wants.
    fn bits(self, info: &[u8]) -> Option<&[u8]> {
        match self {
            Self::Es256 => info.strip_prefix(P256).filter(|bits| bits.len() == 65),
            Self::EdDsa => info.strip_prefix(ED25519).filter(|bits| bits.len() == 32),
            // SEQUENCE, two bytes of length; then two bytes of length and the count of unused bits.
            Self::Rs256 => info.get(4..)?.strip_prefix(RSA)?.get(3..),
        }
    }

    fn verifier(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::EdDsa => &signature::ED25519,
            Self::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// How it signs.
    pub algorithm: Algorithm,
    /// SubjectPublicKeyInfo.
    pub info: Vec<u8>,
}

/// What a new passkey tells of itself.
#[derive(Debug)]
pub struct New {
    pub id: String,
    pub key: Key,
    pub count: u32,
    pub challenge: String,
}

/// What a signature was made over.
#[derive(Debug)]
pub struct Signed {
    pub challenge: String,
    pub count: u32,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Judges a new passkey.
pub fn created(given: &Created<'_>, site: &Site) -> Result<New, AccessError> {
    let client = decode(given.client)?;
    let challenge = client_data(&client, "webauthn.create", site)?;
    let data = decode(given.authenticator)?;
    let told = authenticator(&data, site)?;
    let id = told.credential.ok_or(AccessError::PasskeyWrong("it has no id"))?;
    let algorithm = Algorithm::of(given.algorithm);
    let algorithm = algorithm.ok_or(AccessError::PasskeyWrong("its kind of key is not known"))?;
    let info = decode(given.public_key)?;
    if algorithm.bits(&info).is_none() {
        return Err(AccessError::PasskeyWrong("its public key cannot be read"));
    }
    Ok(New { id: encode(id), key: Key { algorithm, info }, count: told.count, challenge })
}

/// Judges an answer but for its signature.
pub fn asserted(given: &Asserted<'_>, site: &Site) -> Result<Signed, AccessError> {
    let client = decode(given.client)?;
    let challenge = client_data(&client, "webauthn.get", site)?;
    let mut message = decode(given.authenticator)?;
    let count = authenticator(&message, site)?.count;
    message.extend(Sha256::digest(&client));
    Ok(Signed { challenge, count, message, signature: decode(given.signature)? })
}

/// Refuses a signature that this key did not make.
pub fn signature(key: &Key, signed: &Signed) -> Result<(), AccessError> {
    let bits = key.algorithm.bits(&key.info);
    let bits = bits.ok_or(AccessError::PasskeyWrong("its public key cannot be read"))?;
    UnparsedPublicKey::new(key.algorithm.verifier(), bits)
        .verify(&signed.message, &signed.signature)
        .map_err(|_| AccessError::PasskeyWrong("its signature does not hold"))
}

/// The challenge that was answered, for this site and this purpose.
fn client_data(bytes: &[u8], kind: &str, site: &Site) -> Result<String, AccessError> {
    let wrong = AccessError::PasskeyWrong;
    let data: Value =
        serde_json::from_slice(bytes).map_err(|_| wrong("its answer cannot be read"))?;
    let text = |key: &str| data.get(key).and_then(Value::as_str);
    if text("type") != Some(kind) {
        return Err(wrong("it answers another question"));
    }
    if text("origin") != Some(&site.origin) || data.get("crossOrigin") == Some(&Value::Bool(true)) {
        return Err(wrong("it was made for another site"));
    }
    text("challenge").map(str::to_owned).ok_or(wrong("its challenge is missing"))
}

/// What a device says of itself.
struct Told<'a> {
    count: u32,
    credential: Option<&'a [u8]>,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// Hash of the party, flags, count; with a new passkey its model and id.
fn authenticator<'a>(data: &'a [u8], site: &Site) -> Result<Told<'a>, AccessError> {
    let wrong = AccessError::PasskeyWrong;
    let (Some(party), Some(flags), Some(count)) = (data.get(..32), data.get(32), data.get(33..37))
    else {
        return Err(wrong("its device says too little"));
    };
    if party != Sha256::digest(site.party()).as_slice() {
        return Err(wrong("it was made for another site"));
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(wrong("its device did not check who is there"));
    }
    let count = u32::from_be_bytes(count.try_into().unwrap_or_default());
    let credential = (flags & ATTESTED != 0)
        .then(|| {
            let length: [u8; 2] = data.get(53..55)?.try_into().ok()?;
            data.get(55..55 + usize::from(u16::from_be_bytes(length)))
        })
        .flatten()
        .filter(|id| !id.is_empty() && id.len() <= 1023);
    Ok(Told { count, credential })
}

/// Bytes from base64url without padding.
pub fn decode(text: &str) -> Result<Vec<u8>, AccessError> {
    let short = text.len() <= BYTES_MAX;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|_| short);
    bytes.ok_or(AccessError::PasskeyWrong("its answer cannot be read"))
}

/// Bytes as base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_belongs_to_the_host_without_its_port() {
        for (authority, party) in
            [("district.example", "district.example"), ("localhost:8080", "localhost")]
        {
            assert_eq!(Site::new("https", authority).party(), party);
        }
    }

    #[test]
    fn what_a_device_says_is_never_read_past_its_end() {
        let site = Site::new("https", "district.example");
        let mut data = Sha256::digest("district.example").to_vec();
        data.extend([PRESENT | VERIFIED | ATTESTED, 0, 0, 0, 9]);
        data.extend([0; 16]);
        data.extend([0, 4, 1, 2, 3, 4]);
        let told = authenticator(&data, &site).unwrap();
        assert_eq!((told.count, told.credential), (9, Some(&[1, 2, 3, 4][..])));
        for length in 0..data.len() {
            let cut = data.get(..length).unwrap();
            assert!(authenticator(cut, &site).map_or(true, |told| told.credential.is_none()));
        }
    }
}
