//! How the server knows whose request the relay passes on. To the server every request of a capture comes
//! from its own machine, and doors that go by the network would open to a device from anywhere. So the relay
//! says which device it is, with a mark that only this installation's key makes; the server then counts the
//! device's network, as if the device had come by itself.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::keys::{Keys, same};

const CAPTURED: HeaderName = HeaderName::from_static("followme-captured");

/// Says in a request that it is `device`'s, in place of whatever the device said itself.
pub fn vouch(headers: &mut HeaderMap, device: IpAddr, keys: &Keys) {
    let device = device.to_canonical();
    let mark = URL_SAFE_NO_PAD.encode(keys.captured_mark(&device.to_string()));
    let value = HeaderValue::try_from(format!("{device} {mark}"));
    headers.insert(CAPTURED, value.expect("an address and Base64 are plain text"));
}

/// The device whose request the relay of this installation passes on, which is at `relay`; none where
/// the relay does not say so, whoever else does.
#[must_use]
pub fn device(relay: SocketAddr, headers: &HeaderMap, keys: &Keys) -> Option<SocketAddr> {
    let mut values = headers.get_all(CAPTURED).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (device, mark) = value.to_str().ok()?.split_once(' ')?;
    let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
    let is_ours = same(&mark, &keys.captured_mark(device));
    let device: IpAddr = device.parse().ok().filter(|_| is_ours)?;
    Some(SocketAddr::new(device, relay.port()))
}

#[cfg(test)]
mod tests {
    use real_parts::folder::Folder;

    use super::*;
    use crate::keys::InstallationKey;

    fn keys(folder: &Folder) -> Keys {
        let file = folder.join("installation.key");
        InstallationKey::create_new(&file).expect("a new key");
        Keys::open(&folder.join("days"), &file).expect("it is ours")
    }

    #[test]
    fn only_the_installations_own_relay_is_believed() {
        let (folder, other_folder) = (Folder::new("vouch"), Folder::new("vouch"));
        let (keys, other) = (keys(&folder), keys(&other_folder));
        let relay: SocketAddr = ([127, 0, 0, 1], 4711).into();
        let mut headers = HeaderMap::new();
        assert_eq!(device(relay, &headers, &keys), None, "most requests say nothing");
        // What the device wrote itself is gone.
        headers.insert(CAPTURED, HeaderValue::from_static("10.1.0.1 x"));
        vouch(&mut headers, [192, 0, 2, 77].into(), &keys);
        let wanted: SocketAddr = ([192, 0, 2, 77], 4711).into();
        assert_eq!(device(relay, &headers, &keys), Some(wanted));
        assert_eq!(device(relay, &headers, &other), None, "another installation's word");
        let said = headers[CAPTURED].to_str().unwrap().to_owned();
        for lie in [
            said.replace("192.0.2.77", "192.0.2.78"),
            said.replace(' ', ""),
            format!("{said}AA"),
            "192.0.2.77".to_owned(),
            "192.0.2.77 ".to_owned(),
            String::new(),
        ] {
            headers.insert(CAPTURED, lie.parse().unwrap());
            assert_eq!(device(relay, &headers, &keys), None, "{lie}");
        }
        headers.insert(CAPTURED, said.parse().unwrap());
        headers.append(CAPTURED, said.parse().unwrap());
        assert_eq!(device(relay, &headers, &keys), None, "it is said once");
    }
}
