//! Why a page is not what was asked for, as a person reads it: a sentence and a way on. What went
//! wrong inside is logged, never shown.

use access::AccessError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cases::CaseError;
use store::StoreError;

/// The reason; `Visit::page` turns it into a page in the reader's language.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Nothing is at this address.
    NotFound,
    /// The sign-in is needed first; the path leads back.
    SignIn,
    /// The role does not allow it.
    Forbidden,
    /// The form is not from this page, or too old.
    Stale,
    /// The request cannot be read.
    Unreadable,
    /// Too many bytes.
    TooLarge,
    /// Too many requests; seconds to wait.
    TooMany(u64),
    /// The engine refused an act.
    Refused(Box<CaseError>),
    /// The database or the machine does not answer.
    Broken,
}

impl Failure {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Stale => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Broken => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The key of its texts: `failure-<key>` and `failure-<key>-next`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignIn => "sign-in",
            Self::Forbidden => "forbidden",
            Self::Stale => "stale",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::TooMany(_) => "too-many",
            Self::Refused(_) => "refused",
            Self::Broken => "broken",
        }
    }
}

impl Failure {
    /// Says when to come back, where that is known.
    pub fn add_retry(&self, response: &mut Response) {
        if let Self::TooMany(seconds) = self
            && let Ok(value) = seconds.to_string().parse()
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = %error, key = error.key(), "a page could not be made");
        Self::Broken
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        tracing::error!(error = %error, key = error.key(), "a page could not be made");
        Self::Broken
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Unknown(_) => Self::NotFound,
            other => Self::Refused(Box::new(other)),
        }
    }
}

/// Carries the failure through to `guard::explain`, which knows the language and draws the page.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        self.add_retry(&mut response);
        response.extensions_mut().insert(self);
        response
    }
}
