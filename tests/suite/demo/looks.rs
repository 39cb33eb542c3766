//! How the page looks: on a phone and a desk, by day and night, and to those who cannot see it.

use std::fs;
use std::path::PathBuf;

use portcullis_tests::example::{Server, http};
use serde_json::{Value, json};

use super::browser::Browser;
use crate::interop::peers;

/// Pictures to look at, kept beside the build.
fn pictures() -> PathBuf {
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("demo-pictures");
    fs::create_dir_all(&target).unwrap();
    target
}

/// The page with something on it: a token, a verdict, an attack, a table that fills in.
async fn busy() -> Browser {
    let browser = Browser::open().await;
    browser.mint("demo-alice", &["orders:read", "orders:write", "stock:read"]).await;
    browser.click("#call-list").await;
    browser.reads("#verdict", "200").await;
    browser.click("#call-report").await;
    browser.reads("#verdict", "403").await;
    for attack in ["tampered", "stolen", "demotion"] {
        browser.click(&format!("#scenario-{attack} button")).await;
        browser
            .wait(attack, &format!("return document.getElementById('scenario-{attack}').className.endsWith('held')"))
            .await;
    }
    browser
}

const SIZES: [(&str, u32, u32); 2] = [("phone", 390, 844), ("desktop", 1280, 900)];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_serious_stands_in_the_way_of_anybody_in_any_light_on_any_screen() {
    let axe = fs::read_to_string(peers::directory().join("node_modules/axe-core/axe.min.js")).unwrap();
    let browser = busy().await;
    for (size, width, height) in SIZES {
        for dark in [false, true] {
            let name = format!("{size}-{}", if dark { "dark" } else { "light" });
            browser.look_at(width, height, dark).await;
            let wide = browser.script("return document.documentElement.scrollWidth").await;
            assert!(
                wide.as_u64().unwrap() <= width.into(),
                "{name}: the page is {wide} pixels wide, and the screen {width}"
            );

            // Outside of the page's own policy, as a person's tools are.
            let run = format!(
                "{axe}; const done = arguments[arguments.length - 1]; axe.run().then((found) => done(found.violations.map((v) => ({{ id: v.id, impact: v.impact, nodes: v.nodes.map((n) => n.html + ' ' + n.failureSummary) }}))), (error) => done(String(error)))"
            );
            let found = browser.page.execute_async(&run, Vec::new()).await.unwrap();
            let serious: Vec<&Value> =
                found.as_array().expect("findings").iter().filter(|found| found["impact"] != "minor").collect();
            assert!(serious.is_empty(), "{name}: {serious:#?}");

            fs::write(pictures().join(format!("{name}.png")), browser.picture().await).unwrap();
        }
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_this_server_alone_and_breaks_no_policy_of_its_own() {
    let browser = busy().await;
    let asked = browser.script("return performance.getEntriesByType('resource').map((entry) => entry.name)").await;
    let (asked, own) = (asked.as_array().unwrap().clone(), format!("http://{}/", browser.demo.address()));
    assert!(asked.len() > 20 && asked.iter().all(|url| url.as_str().unwrap().starts_with(&own)), "{asked:?}");
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
    // Its policy holds: what a stranger would put into the page is not run.
    let inline = "const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); return window.ran ?? false";
    let refused = browser
        .page
        .execute(&format!("try {{ {inline} }} catch (error) {{ return false }}"), Vec::new())
        .await
        .unwrap();
    assert_eq!(refused, json!(false));
    browser.close().await;
}

#[test]
fn every_file_of_the_page_comes_with_a_strict_policy_and_names_no_other_place() {
    let demo = Server::demo(&[], &[]);
    let page = http(demo.address(), "GET", "/", None, None);
    let mut files = vec!["/".to_owned(), "/scenarios.json".to_owned()];
    let links = page.body.split('"').filter(|value| [".js", ".css", ".svg"].iter().any(|end| value.ends_with(end)));
    files.extend(links.map(|name| format!("/{name}")));
    let mut seen = 0;
    while let Some(path) = files.get(seen).cloned() {
        seen += 1;
        let file = http(demo.address(), "GET", &path, None, None);
        assert_eq!(file.status, 200, "{path}");
        let policy = file.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"), "{path}");
        // Names of the demo and of XML are no addresses.
        let named = file.body.replace("http://www.w3.org/2000/svg", "").replace(".demo.invalid", "");
        assert!(!named.contains("http://") && !named.replace("https://stock", "").contains("https://"), "{path}");
        for import in file.body.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next()) {
            let import = format!("/{import}");
            if !files.contains(&import) {
                files.push(import);
            }
        }
    }
    assert!(seen > 12, "{files:?}");
}
