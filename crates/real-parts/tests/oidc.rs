//! The provider on its own.

use real_parts::oidc::Glewlwyd;
use real_parts::ports;

#[test]
fn the_provider_starts_again_where_it_was_and_is_gone_when_dropped() {
    let mut provider = Glewlwyd::start(&["anna"], "https://127.0.0.1:1/back");
    let port = provider.port();
    assert_eq!(provider.issuer(), format!("https://127.0.0.1:{port}/api/oidc"));
    assert!(provider.authority_file().exists());
    provider.take_down();
    assert!(!ports::answers(port));
    provider.bring_up();
    assert!(ports::answers(port), "{}", provider.log());
    drop(provider);
    assert!(!ports::answers(port));
}
