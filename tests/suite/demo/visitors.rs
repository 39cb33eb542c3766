//! Who may talk to the demo: it is open to this machine, and a browser on this machine visits everybody.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use portcullis_tests::example::{PATIENCE, Server};

fn status(address: SocketAddr, method: &str, path: &str, fields: &[(&str, &str)]) -> u16 {
    let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nConnection: close\r\n{fields}\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn what_another_site_has_a_browser_send_is_refused_wherever_it_goes() {
    let demo = Server::demo(&[], &[]);
    let here = demo.address().to_string();
    let (own, named) = (format!("http://{here}"), format!("localhost:{}", demo.address().port()));
    let other_port = format!("http://127.0.0.1:{}", demo.address().port() ^ 1);
    for path in ["/", "/main.js", "/demo/state", "/demo/table", "/jwks.json", "/orders", "/nowhere"] {
        let asked = |fields: &[(&str, &str)]| status(demo.address(), "GET", path, fields);
        let good = asked(&[("Host", &here)]);
        assert_ne!(good, 403, "{path}");
        for (name, fields) in [
            ("its own origin", &[("Host", here.as_str()), ("Origin", own.as_str())][..]),
            ("by the name of this machine", &[("Host", named.as_str())]),
            (
                "a link of another site",
                &[("Host", &here), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")],
            ),
        ] {
            assert_eq!(asked(fields), good, "{path}: {name}");
        }
        for (name, fields) in [
            ("another host: DNS rebinding", &[("Host", "evil.test")][..]),
            ("the same with our port", &[("Host", &format!("evil.test:{}", demo.address().port()))]),
            ("another origin", &[("Host", &here), ("Origin", "http://evil.test")]),
            ("another port of this machine", &[("Host", &here), ("Origin", &other_port)]),
            ("https", &[("Host", &here), ("Origin", &format!("https://{here}"))]),
            ("no origin to speak of", &[("Host", &here), ("Origin", "null")]),
            ("two hosts", &[("Host", &here), ("Host", "evil.test")]),
            (
                "a script of another site, without its origin",
                &[("Host", &here), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")],
            ),
            ("a script of another port of this machine", &[("Host", &here), ("Sec-Fetch-Site", "same-site")]),
            ("two origins", &[("Host", &here), ("Origin", &own), ("Origin", "http://evil.test")]),
        ] {
            assert_eq!(asked(fields), 403, "{path}: {name}");
        }
    }
}

#[test]
fn the_desk_takes_json_alone_so_that_no_form_of_another_site_gets_there() {
    let demo = Server::demo(&[], &[]);
    let here = demo.address().to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let fields = [("Host", here.as_str()), ("Content-Type", kind), ("Content-Length", "0")];
        assert_eq!(status(demo.address(), "POST", "/demo/login", &fields), 415, "{kind}");
    }
}
