//! What a form sent: fields in their order, the same name possibly several times, and files.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::failure::Failure;

/// Most bytes of a form without files.
const PLAIN_MAX: usize = 1 << 20;
/// Most fields of a form.
const FIELDS_MAX: usize = 500;

/// A sent form.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// Files that are not empty.
    pub files: Vec<Sent>,
}

/// A sent file.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Name of the field.
    pub field: String,
    /// What it holds; its name and its claimed type are not trusted.
    pub bytes: Vec<u8>,
}

impl Form {
    /// Reads `a=b&c=d`, in a URL or in a body.
    pub fn parse(text: &str) -> Self {
        let fields = form_urlencoded::parse(text.as_bytes())
            .take(FIELDS_MAX)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { fields, files: Vec::new() }
    }

    /// The first value of a field as it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field without the space around it; nothing when that is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The key against repeats: 1 to 64 letters, digits, `-`, `_`; nothing where it is anything else.
    pub fn key(&self) -> Option<&str> {
        let good = |key: &&str| {
            key.len() <= 64 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        self.text("key").filter(good)
    }

    /// All values of a field that are not empty.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields
            .iter()
            .filter(move |(field, value)| field == name && !value.trim().is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The form, unless it holds a byte that no keyboard writes and PostgreSQL takes in no text.
    fn without_zero(self) -> Result<Self, Failure> {
        let holds = |(name, value): &(String, String)| name.contains('\0') || value.contains('\0');
        if self.fields.iter().any(holds) { Err(Failure::Unreadable) } else { Ok(self) }
    }

    /// Every field, in the order it was sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind = content_type(request.headers());
        if kind.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, app).await;
            return read_multipart(multipart.map_err(|_| Failure::Unreadable)?).await;
        }
        if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::Unreadable);
        }
        let body = axum::body::to_bytes(request.into_body(), PLAIN_MAX).await;
        let body = body.map_err(|_| Failure::TooLarge)?;
        let text = std::str::from_utf8(&body).map_err(|_| Failure::Unreadable)?;
        Self::parse(text).without_zero()
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_ascii_lowercase()
}

/// Reads fields and files, as many as a form of ours may have.
pub async fn read_multipart(mut multipart: Multipart) -> Result<Form, Failure> {
    let mut form = Form::default();
    let mut seen = 0;
    while let Some(part) = multipart.next_field().await.map_err(too_large_or_broken)? {
        seen += 1;
        if seen > FIELDS_MAX {
            return Err(Failure::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(too_large_or_broken)?;
        if is_file {
            if !bytes.is_empty() {
                form.files.push(Sent { field: name, bytes: bytes.to_vec() });
            }
        } else {
            let text = std::str::from_utf8(&bytes).map_err(|_| Failure::Unreadable)?;
            form.fields.push((name, text.to_owned()));
        }
    }
    form.without_zero()
}

fn too_large_or_broken(error: axum::extract::multipart::MultipartError) -> Failure {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_repeated_fields_and_knows_what_is_empty() {
        let form = Form::parse("a=1&a=2&b=+&c=%E5%9E%83%E5%9C%BE");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.get("b"), form.text("b")), (Some(" "), None));
        assert_eq!(form.text("c"), Some("垃圾"));
    }
}
