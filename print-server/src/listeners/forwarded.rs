//! Whose request a proxy passes on. Only a proxy that the configuration names is believed, and only what it
//! says itself: the last address that is no proxy's. Whoever else sends such a header is taken for who is
//! at the other end of the connection.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::{FORWARDED, HeaderName};

use crate::doors::Network;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The most addresses in one header.
const HOPS_MAX: usize = 16;

/// A proxy that does not say, or not clearly, whose request it passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proxy names no client, or several ways")]
pub struct NoClient;

/// The client of a request that came from `peer`.
///
/// # Errors
/// [`NoClient`] when `peer` is a trusted proxy and its header is missing, is there twice or is not one
/// list of addresses: then nobody knows from which network the request comes.
pub fn client(
    peer: SocketAddr,
    headers: &HeaderMap,
    proxies: &[Network],
) -> Result<SocketAddr, NoClient> {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    if !is_proxy(peer.ip()) {
        return Ok(peer);
    }
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| NoClient),
            (Some(_), Some(_)) => Err(NoClient),
        }
    };
    let hops = match (only(&FORWARDED)?, only(&X_FORWARDED_FOR)?) {
        (Some(text), None) => hops(text, forwarded_for)?,
        (None, Some(text)) => hops(text, |hop| node(hop.trim()))?,
        _ => return Err(NoClient),
    };
    let client = hops.into_iter().rev().find(|address| !is_proxy(*address)).ok_or(NoClient)?;
    // The port is that of the proxy: nothing depends on it but the log.
    Ok(SocketAddr::new(client, peer.port()))
}

fn hops(text: &str, read: impl Fn(&str) -> Option<IpAddr>) -> Result<Vec<IpAddr>, NoClient> {
    let hops = text.split(',').take(HOPS_MAX + 1).map(|hop| read(hop).ok_or(NoClient));
    let hops = hops.collect::<Result<Vec<_>, _>>()?;
    if hops.len() > HOPS_MAX { Err(NoClient) } else { Ok(hops) }
}

/// The `for` of one element of `Forwarded` (RFC 7239 section 4); it stands there once.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in element.split(';') {
        let (name, value) = pair.trim().split_once('=')?;
        if name.eq_ignore_ascii_case("for") {
            let bare = value.strip_prefix('"').map_or(Some(value), |v| v.strip_suffix('"'))?;
            if found.replace(node(bare)?).is_some() {
                return None;
            }
        }
    }
    found
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`.
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: IpAddr = text
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(bracketed)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(peer: &str, headers: &[(&str, &str)]) -> Result<String, NoClient> {
        let proxies = [Network::parse("10.0.0.0/24").unwrap()];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, value.parse().unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        client(peer, &map, &proxies).map(|address| address.ip().to_string())
    }

    #[test]
    fn a_trusted_proxy_names_its_client() {
        for (header, value, wanted) in [
            ("x-forwarded-for", "192.0.2.7", "192.0.2.7"),
            ("x-forwarded-for", "192.0.2.7:5000", "192.0.2.7"),
            // What the client itself wrote stands before, and is not believed.
            ("x-forwarded-for", "10.9.9.9, 192.0.2.7", "192.0.2.7"),
            ("x-forwarded-for", "192.0.2.7, 10.0.0.3", "192.0.2.7"),
            ("x-forwarded-for", "2001:db8::1", "2001:db8::1"),
            ("forwarded", "for=192.0.2.7", "192.0.2.7"),
            ("forwarded", "proto=https;FOR=\"[2001:db8::1]:80\";by=10.0.0.2", "2001:db8::1"),
            ("forwarded", "for=1.2.3.4, for=192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(ask("10.0.0.2", &[(header, value)]).as_deref(), Ok(wanted), "{value}");
        }
    }

    #[test]
    fn nobody_else_is_believed() {
        let claims = [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.8")];
        assert_eq!(ask("198.51.100.1", &claims).as_deref(), Ok("198.51.100.1"));
        assert_eq!(ask("::ffff:10.0.0.2", &claims[..1]).as_deref(), Ok("192.0.2.7"));
    }

    #[test]
    fn a_proxy_that_names_no_client_or_two_ways_is_refused() {
        for headers in [
            &[][..],
            &[("x-forwarded-for", "")],
            &[("x-forwarded-for", "unknown")],
            &[("x-forwarded-for", "192.0.2.7,")],
            &[("x-forwarded-for", "10.0.0.3")],
            &[("x-forwarded-for", "192.0.2.7"), ("x-forwarded-for", "192.0.2.8")],
            &[("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.7")],
            &[("forwarded", "proto=https")],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "for=192.0.2.7;for=192.0.2.8")],
            &[("forwarded", "for=\"192.0.2.7")],
        ] {
            assert_eq!(ask("10.0.0.2", headers), Err(NoClient), "{headers:?}");
        }
        let many = vec!["192.0.2.7"; HOPS_MAX + 1].join(",");
        assert_eq!(ask("10.0.0.2", &[("x-forwarded-for", &many)]), Err(NoClient));
    }
}
