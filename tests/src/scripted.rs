//! A server that answers as it is told, and remembers every byte that it was sent.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::idp::{Play, bytes};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The request line and the header fields, as they came.
    pub head: Vec<String>,
    /// The body.
    pub body: String,
}

impl Received {
    /// The values of a header field.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let fields = self.head.iter().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }
}

type Script = dyn Fn(&Received) -> Play + Send;

/// A server on a free port of the loopback. It ends with the process. Clones are the same.
#[derive(Clone)]
pub struct Scripted {
    address: SocketAddr,
    script: Arc<Mutex<Box<Script>>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Scripted {
    /// One that answers so.
    pub fn start(script: impl Fn(&Received) -> Play + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script: Box<Script> = Box::new(script);
        let server = Self { address, script: Arc::new(Mutex::new(script)), received: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                // Whoever hangs up early is not our concern.
                thread::spawn(move || serving.serve(&stream).ok());
            }
        });
        server
    }

    /// From now on it answers so.
    pub fn answer(&self, script: impl Fn(&Received) -> Play + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// Where it is.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let head: Vec<String> =
            reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let mut received = Received { head, body: String::new() };
        let length = received.header("content-length").first().map_or(0, |length| length.parse().unwrap());
        reader.take(length).read_to_string(&mut received.body)?;
        self.received.lock().unwrap().push(received.clone());
        let play = (self.script.lock().unwrap())(&received);
        let mut stream = stream;
        match play {
            Play::Answer(response) => stream.write_all(&bytes(&response)),
            Play::Raw(raw) => stream.write_all(&raw),
            Play::Slow(millis, response) => {
                thread::sleep(Duration::from_millis(millis));
                stream.write_all(&bytes(&response))
            }
            Play::Hang => {
                thread::sleep(Duration::from_secs(60));
                Ok(())
            }
            Play::Tagged(..) | Play::Drip(..) => panic!("not in this server"),
        }
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("address", &self.address).finish_non_exhaustive()
    }
}
