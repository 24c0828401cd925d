//! From where a request comes. Behind a proxy that is what the proxy says, else the other end of
//! the connection.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;

/// The caller's address; nothing in tests without a network.
#[derive(Debug, Clone, Copy)]
pub struct Address(pub Option<IpAddr>);

/// The address of a request.
pub fn address(request: &Request, behind_proxy: bool) -> Address {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let said = behind_proxy.then(|| forwarded(request.headers())).flatten();
    Address(said.or(peer))
}

/// The last address: the one that our own proxy added. Earlier ones are the caller's own word.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_what_our_own_proxy_says_is_believed() {
        let request = |value: &str| {
            Request::get("/").header("x-forwarded-for", value).body(Body::empty()).unwrap()
        };
        let lies = request("10.9.9.9, 203.0.113.7");
        assert_eq!(address(&lies, true).0, Some("203.0.113.7".parse().unwrap()));
        assert_eq!(address(&lies, false).0, None);
        assert_eq!(address(&request("unknown"), true).0, None);
    }
}
