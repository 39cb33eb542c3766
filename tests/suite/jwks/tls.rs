//! Keys over `https`, from a provider whose certificate is of a private authority.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use portcullis_jwks::RemoteKeys;
use portcullis_tests::example::{HTTP, Server, TempFile, http};
use portcullis_tests::idp::{bytes, issuer_with_key, json};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{PATIENCE, ask, authority_of};

/// A provider behind TLS that answers everything with one document, and the certificate that it is to be trusted by.
async fn provider(document: String) -> (String, rcgen::CertifiedKey<rcgen::KeyPair>) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = bytes(&json(document));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 2048];
            if stream.read(&mut request).await.is_ok() {
                stream.write_all(&answer).await.ok();
                stream.shutdown().await.ok();
            }
        }
    });
    (format!("https://localhost:{port}/jwks"), certified)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_a_client_of_ones_own_and_the_built_in_one_does_not_trust_it() {
    let issuer = issuer_with_key("https://id.test", "key");
    let (url, certified) = provider(issuer.jwks()).await;
    let keys = RemoteKeys::at(&url).start().unwrap();
    let late = keys.ready(Duration::from_secs(3)).await.unwrap_err();
    assert_eq!(late.reason(), Some("unreachable"));

    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let https = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(https);
    let keys = RemoteKeys::at(&url).client(client).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, Ok(()));
}

/// What the platform trusts, the built-in client does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_built_in_client_trusts_whom_the_platform_does() {
    let issuer = issuer_with_key("https://id.test", "key");
    let (url, certified) = provider(issuer.jwks()).await;
    let roots = TempFile::new(certified.cert.pem());
    let arguments = ["--issuer", "https://id.test", "--audience", "https://api.test", "--jwks", &url];
    let trusting = [("SSL_CERT_FILE", roots.path().to_str().unwrap())];
    let token = issuer.token("orders:read");
    let reply = tokio::task::spawn_blocking({
        let arguments = arguments.map(str::to_owned);
        let trusting = trusting.map(|(name, value)| (name, value.to_owned()));
        move || {
            let arguments = arguments.each_ref().map(String::as_str);
            let server = Server::start_with(
                HTTP[0],
                &arguments,
                &trusting.each_ref().map(|(name, value)| (*name, value.as_str())),
            );
            let asked = std::time::Instant::now();
            loop {
                let reply = http(server.address(), "GET", "/orders", Some(&token), None);
                if reply.status != 503 || asked.elapsed() > PATIENCE {
                    return reply.status;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    });
    assert_eq!(reply.await.unwrap(), 200);
}
