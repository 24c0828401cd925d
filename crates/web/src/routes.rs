//! Every address of the site with who may use it, in one table: the router is built from it, its
//! gate asks before a handler runs, and tests walk it (`docs/reference/permissions.md`). What only
//! the handler can know, such as the area of a case, it asks itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use model::Action;

use crate::app::App;
use crate::failure::Failure;
use crate::signed::{self, Signed};

/// Who may use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody; a secret link opens what it leads to.
    Everybody,
    /// Programs with a key for Open311; the handler asks for it, because it is in the form.
    Program,
    /// Staff who have signed in.
    Staff,
    /// Staff who may do one of these.
    May(&'static [Action]),
}

impl Who {
    /// Whether somebody is let in; `signed` is he, `may` what he may do anywhere at all.
    fn admit(self, signed: bool, may: impl Fn(Action) -> bool) -> Result<(), Failure> {
        match self {
            Self::Everybody | Self::Program => Ok(()),
            _ if !signed => Err(Failure::SignIn),
            Self::Staff => Ok(()),
            Self::May(actions) if actions.iter().any(|action| may(*action)) => Ok(()),
            Self::May(_) => Err(Failure::Forbidden),
        }
    }
}

/// An address that takes one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `GET` (and with it `HEAD`) or `POST`.
    pub method: Method,
    /// The pattern, e.g. `/case/{number}`.
    pub path: String,
    /// Who may use it.
    pub who: Who,
}

/// Addresses with their handlers.
pub struct Routes<S = App> {
    prefix: &'static str,
    finish: fn(Router<S>) -> Router<S>,
    own: Vec<(Endpoint, MethodRouter<S>)>,
    merged: Vec<Self>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::below("", |router| router)
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet, below a path; `finish` says what answers to other addresses and methods there.
    pub fn below(prefix: &'static str, finish: fn(Router<S>) -> Router<S>) -> Self {
        Self { prefix, finish, own: Vec::new(), merged: Vec::new() }
    }

    /// Adds an address that shows something.
    pub fn get<T: 'static>(
        self,
        path: impl Into<String>,
        who: Who,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.add(Method::GET, path.into(), who, get(handler))
    }

    /// Adds an address that takes a form.
    pub fn post<T: 'static>(
        self,
        path: impl Into<String>,
        who: Who,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.add(Method::POST, path.into(), who, post(handler))
    }

    /// Adds an address that takes a form with as many bytes of files.
    pub fn upload<T: 'static>(
        self,
        path: impl Into<String>,
        who: Who,
        most: usize,
        handler: impl Handler<T, S>,
    ) -> Self {
        let handler = post(handler).route_layer(DefaultBodyLimit::max(most));
        self.add(Method::POST, path.into(), who, handler)
    }

    fn add(mut self, method: Method, path: String, who: Who, handler: MethodRouter<S>) -> Self {
        let path = format!("{}{path}", self.prefix);
        self.own.push((Endpoint { method, path, who }, handler));
        self
    }

    /// Adds all of these.
    pub fn merge(mut self, other: Self) -> Self {
        self.merged.push(other);
        self
    }

    /// All addresses, in the order they were added.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let own = self.own.iter().map(|(endpoint, _)| endpoint.clone());
        own.chain(self.merged.iter().flat_map(Self::endpoints)).collect()
    }

    /// The router, with `guard` put before each handler.
    pub fn router(self, guard: &impl Fn(MethodRouter<S>, Who) -> MethodRouter<S>) -> Router<S> {
        let mut router = Router::new();
        for (endpoint, handler) in self.own {
            let path = endpoint.path.strip_prefix(self.prefix).unwrap_or(&endpoint.path);
            router = router.route(path, guard(handler, endpoint.who));
        }
        for merged in self.merged {
            router = router.merge(merged.router(guard));
        }
        router = (self.finish)(router);
        if self.prefix.is_empty() { router } else { Router::new().nest(self.prefix, router) }
    }
}

/// Puts the gate before a handler.
pub fn guarded(app: App) -> impl Fn(MethodRouter<App>, Who) -> MethodRouter<App> {
    move |handler, who| match who {
        Who::Everybody | Who::Program => handler,
        Who::Staff | Who::May(_) => {
            let app = app.clone();
            handler.route_layer(axum::middleware::from_fn(move |request, next| {
                gate(app.clone(), who, request, next)
            }))
        }
    }
}

/// Lets in or not; whoever was let in stands in the request and, for the log, in the answer.
async fn gate(app: App, who: Who, mut request: Request, next: Next) -> Response {
    let signed: Option<Arc<Signed>> = signed::find(&app, request.headers()).await;
    let rules = app.rules();
    let may = |action| {
        let roles = &rules.today().roles;
        signed.as_ref().is_some_and(|one| access::may(&one.actor, roles, action, None))
    };
    let admitted = who.admit(signed.is_some(), may);
    if let Some(signed) = &signed {
        request.extensions_mut().insert(signed.clone());
    }
    let mut response = match admitted {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    };
    if let Some(signed) = signed {
        response.extensions_mut().insert(signed);
    }
    response
}
