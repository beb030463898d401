//! Behind nginx and haproxy: no request is read in two ways, and what a cache keeps is what everybody would have got.

use std::fmt::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use reqwest::Method;

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};
use crate::smuggling::{answers, requests};
use crate::support::server::{Server, folder, free_ports};

/// A proxy in front of a server.
struct Proxy {
    address: String,
    _process: Server,
}

impl Proxy {
    fn nginx(server: &TestServer, cache: bool) -> Self {
        let (folder, [port]) = (folder("nginx"), free_ports());
        let mut temporary = String::new();
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            let _ = writeln!(temporary, "{kind}_temp_path {}/{kind};", folder.display());
        }
        let (zone, caching) = if cache {
            let zone = format!(
                "proxy_cache_path {}/cache keys_zone=all:1m;",
                folder.display()
            );
            (
                zone,
                "proxy_cache all; add_header x-cache $upstream_cache_status;",
            )
        } else {
            (String::new(), "")
        };
        // Where connections end by time, not for long.
        let patience = if cache { "75s" } else { "2s" };
        let settings = format!(
            "daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}
            http {{
                {temporary} {zone} access_log off; client_header_timeout 2s; keepalive_timeout {patience};
                upstream origin {{ server {origin}; keepalive 4; }}
                server {{
                    listen 127.0.0.1:{port}; client_max_body_size 0;
                    location / {{
                        proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection '';
                        proxy_request_buffering off; {caching}
                    }}
                }}
            }}",
            folder = folder.display(),
            origin = server.address(),
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, settings).expect("write nginx's settings");
        let mut command = Command::new("nginx");
        command.arg("-p").arg(&folder).arg("-c").arg(&file);
        command.args(["-e", "stderr"]);
        Self::start("nginx", command, &folder, port)
    }

    fn haproxy(server: &TestServer) -> Self {
        let (folder, [port]) = (folder("haproxy"), free_ports());
        let settings = format!(
            "defaults
                mode http
                timeout connect 5s
                timeout client 2s
                timeout server 10s
                timeout http-keep-alive 2s
                http-reuse always
            frontend all
                bind 127.0.0.1:{port}
                default_backend origin
            backend origin
                server one {}
",
            server.address(),
        );
        let file = folder.join("haproxy.cfg");
        std::fs::write(&file, settings).expect("write haproxy's settings");
        let mut command = Command::new("haproxy");
        command.args(["-db", "-f"]).arg(&file);
        Self::start("haproxy", command, &folder, port)
    }

    fn start(name: &'static str, command: Command, folder: &Path, port: u16) -> Self {
        let mut process = Server::start(name, command, folder, "TERM");
        let address = format!("127.0.0.1:{port}");
        process.wait_until(|| TcpStream::connect(&address).is_ok());
        Self {
            address,
            _process: process,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Nothing that hides in a request is answered, and no later request gets another one's answer.
async fn requests_stay_apart(server: &TestServer, proxy: &Proxy, name: &str) {
    for (case, request) in requests() {
        let seen = answers(&proxy.address, &request).await;
        assert!(
            seen.len() <= 2
                && !seen.contains(&404)
                && seen.iter().all(|status| *status < 500 || *status == 501),
            "{name}: {case}: {seen:?}"
        );
        for _ in 0..4 {
            let after = send(server.http.get(proxy.url("/livez"))).await;
            assert_eq!(after.status, 200, "{name}: after {case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nginx and haproxy, which ./test installs"]
async fn behind_proxies_requests_stay_apart() {
    let settings = [("IDLE_TIMEOUT", "2s"), ("HEADER_TIMEOUT", "2s")];
    let server = TestServer::with(Backend::Sqlite, &settings).await;
    requests_stay_apart(&server, &Proxy::nginx(&server, false), "nginx").await;
    requests_stay_apart(&server, &Proxy::haproxy(&server), "haproxy").await;
}

/// What a request may carry that a shared cache does not tell apart.
const POISONS: [(&str, &str); 25] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "gopher"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-original-url", "/readyz"),
    ("x-rewrite-url", "/readyz"),
    ("x-host", "evil.example"),
    ("forwarded", "host=evil.example;proto=gopher"),
    ("x-http-method-override", "DELETE"),
    ("x-http-method", "HEAD"),
    ("x-method-override", "POST"),
    ("origin", "https://evil.example"),
    ("referer", "https://evil.example/"),
    ("range", "bytes=0-0"),
    ("if-none-match", "*"),
    ("if-match", "\"evil\""),
    ("if-modified-since", "Fri, 31 Dec 2099 23:59:59 GMT"),
    ("accept", "image/avif"),
    ("accept", "text/html"),
    ("accept-encoding", "gzip, br"),
    ("accept-language", "tlh"),
    ("save-data", "on"),
    ("prefer", "wait=1"),
    ("cookie", "a=<script>"),
];

/// What a client sees of an answer.
fn seen(answer: &Answer) -> (u16, Bytes, [String; 5]) {
    let fields = [
        "content-type",
        "content-disposition",
        "location",
        "etag",
        "access-control-allow-origin",
    ];
    (
        answer.status,
        answer.body.clone(),
        fields.map(|name| answer.header(name).to_owned()),
    )
}

/// Addresses that nobody has asked for.
fn addresses(id: &str, number: usize) -> Vec<String> {
    let (media, width) = (format!("/api/v1/media/{id}"), number + 10);
    vec![
        format!("{media}/transform?w={width}"),
        format!("{media}/transform?w={width}&format=jpeg&download=a"),
        format!("{media}/transform?w={width}&format=auto"),
        format!("{media}/file?download={number}"),
        format!("{media}/file/thumb?download={number}"),
        format!("{media}/transform?w={width}x"),
        format!("/iiif/3/{id}/full/{width},/0/default.jpg"),
        format!("/iiif/3/{id}/info.json?{number}"),
        format!("{media}?{number}"),
        format!("/api/v1/media/list/all?limit={}", number + 1),
        format!("{media}/file/thumb/{number}.css"),
        format!("/docs?{number}"),
        format!("/{number}"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nginx and haproxy, which ./test installs"]
async fn a_cache_in_front_keeps_nobodys_poison() {
    let server = TestServer::start(Backend::Sqlite).await;
    let media = server
        .store(File::fixture("formats/medium.jpg"), "a", "anna")
        .await;
    let id = media["id"].as_str().unwrap_or_default();
    let proxy = Proxy::nginx(&server, true);
    let (mut probes, mut kept) = (0, 0);
    for (number, (name, value)) in POISONS.into_iter().enumerate() {
        for path in addresses(id, number) {
            for method in [Method::GET, Method::HEAD] {
                let poison = server.http.request(method, proxy.url(&path));
                // Nginx closes behind a 412 of its own, after having said that it would not.
                let poison = poison.header("connection", "close");
                let poisoned = send(poison.header(name, value)).await;
                assert!(
                    poisoned.status < 500,
                    "{path} with {name}: {}",
                    poisoned.status
                );
                probes += 1;
            }
            // As a browser does, and as nobody in particular.
            for accept in ["image/avif,image/webp,*/*", "*/*"] {
                let ask = |url: String| send(server.http.get(url).header("accept", accept));
                let through = ask(proxy.url(&path)).await;
                let direct = ask(server.root(&path)).await;
                kept += usize::from(through.header("x-cache") == "HIT");
                let types = [&through, &direct].map(|answer| answer.header("content-type"));
                // AVIF comes once it is made, to those who can read it.
                if accept.contains("avif") && types == ["image/webp", "image/avif"] {
                    continue;
                }
                assert_eq!(
                    seen(&through),
                    seen(&direct),
                    "{path} after {name}: {value}"
                );
            }
        }
    }
    assert!(
        probes >= 500 && kept >= 100,
        "{probes} probes, {kept} from the cache"
    );
}
