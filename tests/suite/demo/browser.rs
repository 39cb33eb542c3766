//! Headless Chromium in front of the demo, by WebDriver.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use portcullis_tests::example::Server;
use serde_json::{Value, json};

/// How long the page may take to show something.
const PATIENCE: Duration = Duration::from_secs(40);

/// The demo, and a browser that shows it.
pub(super) struct Browser {
    pub(super) demo: Server,
    pub(super) page: Client,
    driver: Driver,
}

/// Ends when it is dropped, with every browser that it started.
struct Driver {
    process: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed at once it would leave its browsers behind.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            stream.write_all(b"POST /shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}").ok();
            let asked = Instant::now();
            while self.process.try_wait().is_ok_and(|ended| ended.is_none()) && asked.elapsed() < Duration::from_secs(5)
            {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Browser {
    /// Starts both, and opens the page.
    pub(super) async fn open() -> Self {
        let demo = Server::demo(&[], &[]);
        let driver = start_driver();
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let capabilities = capabilities.as_object().unwrap().clone();
        let at = format!("http://127.0.0.1:{}", driver.port);
        let page = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&at).await;
        let page = page.expect("a session with Chromium");
        let browser = Self { demo, page, driver };
        browser.load().await;
        browser
    }

    /// Loads the page anew.
    pub(super) async fn load(&self) {
        self.page.goto(&format!("http://{}/", self.demo.address())).await.unwrap();
        self.wait("the page is ready", "return document.documentElement.dataset.ready === 'yes'").await;
    }

    /// The page alone: the demo has stopped.
    pub(super) async fn without_demo(self) -> (Client, impl Drop) {
        let Self { demo, page, driver } = self;
        assert_eq!(demo.stop("TERM").code(), Some(0));
        (page, driver)
    }

    /// Closes the browser, and stops the demo as a person would.
    pub(super) async fn close(self) {
        let Self { demo, page, driver } = self;
        assert_eq!(demo.stop("INT").code(), Some(0));
        page.close().await.unwrap();
        drop(driver);
    }

    pub(super) async fn click(&self, css: &str) {
        let element = self.page.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        // As far as a person scrolls.
        self.script(&format!(
            "document.querySelector({css:?}).scrollIntoView({{block: 'center', behavior: 'instant'}})"
        ))
        .await;
        element.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// What a person reads there.
    pub(super) async fn text(&self, css: &str) -> String {
        let element = self.page.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        element.text().await.unwrap()
    }

    /// Waits until a person reads this there, and gives all of it.
    pub(super) async fn reads(&self, css: &str, expected: &str) -> String {
        let began = Instant::now();
        loop {
            let text = self.text(css).await;
            if text.contains(expected) {
                return text;
            }
            assert!(began.elapsed() < PATIENCE, "{css} reads {text:?}, not {expected:?}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until a script says yes.
    pub(super) async fn wait(&self, what: &str, script: &str) {
        let began = Instant::now();
        while self.script(script).await != Value::Bool(true) {
            assert!(began.elapsed() < PATIENCE, "{what}: {:?}", self.complaints().await);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    pub(super) async fn script(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Chooses who asks, and what for, and asks.
    pub(super) async fn mint(&self, name: &str, scopes: &[&str]) -> String {
        self.click(&format!("input[name=who][value={name}]")).await;
        let boxes = self.page.find_all(Locator::Css("input[name=scope]")).await.unwrap();
        for checkbox in boxes {
            let scope = checkbox.attr("value").await.unwrap().unwrap();
            let ticked = checkbox.prop("checked").await.unwrap().as_deref() == Some("true");
            if ticked != scopes.contains(&&*scope) {
                self.click(&format!("input[name=scope][value=\"{scope}\"]")).await;
            }
        }
        self.script("document.getElementById('mint-message').textContent = ''").await;
        self.click("#mint-form button[type=submit]").await;
        self.reads("#mint-message", ".").await
    }

    /// Shows the page to somebody else: so wide, in the dark or not.
    pub(super) async fn look_at(&self, width: u32, height: u32, dark: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// The whole page as a picture.
    pub(super) async fn picture(&self) -> Vec<u8> {
        self.script("scrollTo({ top: 0, behavior: 'instant' })").await;
        let answer = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        base64_simd::STANDARD.decode_to_vec(answer["data"].as_str().unwrap()).unwrap()
    }

    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let command = Extension { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) };
        self.page.issue_cmd(command).await.unwrap()
    }

    /// What the browser complained of since it was asked last: errors of scripts, broken policies. That a service refused something is no
    /// complaint.
    pub(super) async fn complaints(&self) -> Vec<Value> {
        let log = self.page.issue_cmd(Extension { path: "se/log", body: json!({ "type": "browser" }) }).await.unwrap();
        log.as_array().unwrap().iter().filter(|line| line["source"] != "network").cloned().collect()
    }
}

/// What ChromeDriver understands beyond WebDriver.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// ChromeDriver on a free port.
fn start_driver() -> Driver {
    let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
    let mut driver =
        driver.expect("chromedriver: install chromium and chromium-driver (the names of the Debian packages)");
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let started = "ChromeDriver was started successfully on port ";
    let mut lines = lines.map_while(Result::ok);
    let port = lines.find_map(|line| Some(line.strip_prefix(started)?.trim_end_matches('.').parse().unwrap()));
    std::thread::spawn(move || lines.for_each(drop));
    Driver { process: driver, port: port.expect("a port") }
}
