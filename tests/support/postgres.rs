//! A throw-away Postgres, or the one at `MANA_TEST_POSTGRES_URL`.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use super::server::{Server, folder, free_ports, setting};

/// A new empty database: its URL, with the right to do everything in it.
pub(crate) async fn fresh_database() -> String {
    let admin = url();
    let name = format!("mana_{}", Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(admin)
        .await
        .unwrap_or_else(|error| panic!("cannot connect to the test Postgres {admin}: {error}"));
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(AssertSqlSafe(create))
        .execute(&mut connection)
        .await
        .expect("create a database");
    connection.close().await.expect("close the connection");
    let (server, rest) = admin.rsplit_once('/').expect("a URL that names a database");
    let query = rest.find('?').map_or("", |start| &rest[start..]);
    format!("{server}/{name}{query}")
}

/// The URL of an administrator's database on the server that all tests of this process share.
fn url() -> &'static str {
    static URL: OnceLock<(String, Option<Server>)> = OnceLock::new();
    let given = || setting("MANA_TEST_POSTGRES_URL").map(|url| (url, None));
    let (url, _) = URL.get_or_init(|| given().unwrap_or_else(start));
    url
}

fn start() -> (String, Option<Server>) {
    let programs = programs();
    let folder = folder("postgres");
    let user = server_user();
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).expect("give the folder to the server's user");
    }
    let data = folder.join("data");
    // Sorted by a language, as on most production servers, so that a test notices who relies on byte order.
    let made = as_user(&programs.join("initdb"), user)
        .args(["--username=mana", "--auth=trust", "--no-sync"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--locale-provider=icu", "--icu-locale=en-US"])
        .arg("--pgdata")
        .arg(&data)
        .current_dir("/")
        .output()
        .expect("run initdb");
    assert!(
        made.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let [port] = free_ports();
    let mut command = as_user(&programs.join("postgres"), user);
    command.arg("-D").arg(&data).current_dir("/");
    for setting in [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "max_connections=200".to_owned(),
        "fsync=off".to_owned(),
        "full_page_writes=off".to_owned(),
    ] {
        command.args(["-c", &setting]);
    }
    let mut server = Server::start("Postgres", command, &folder, "QUIT");
    server.wait_until(|| is_ready(&data, port));
    let url = format!("postgres://mana@127.0.0.1:{port}/postgres");
    (url, Some(server))
}

/// Whether the server with this data takes connections: the last line of its file says so.
pub(crate) fn is_ready(data: &Path, port: u16) -> bool {
    let pid_file = fs::read_to_string(data.join("postmaster.pid"));
    pid_file.is_ok_and(|text| text.contains("ready"))
        && TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// The folder of the server's programs: Debian's newest, or what `pg_config` says.
pub(crate) fn programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = debian.flatten().map(|version| version.path().join("bin"));
    let named = Command::new("pg_config").arg("--bindir").output();
    let named = named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let mut found: Vec<PathBuf> = named.into_iter().chain(debian).collect();
    found.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    found.sort();
    found.pop().expect(
        "no Postgres server programs: install Debian's `postgresql`, run ./test, or set MANA_TEST_POSTGRES_URL",
    )
}

/// Whom to run as: Postgres refuses to be root. `None` when we are not.
pub(crate) fn server_user() -> Option<(u32, u32)> {
    let us = fs::metadata("/proc/self").expect("look at ourselves").uid();
    if us != 0 {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").expect("read the users");
    let ids = ["postgres", "nobody"].iter().find_map(|name| {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    Some(ids.expect("a user other than root to run Postgres as"))
}

pub(crate) fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let Some((uid, gid)) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .args([format!("--reuid={uid}"), format!("--regid={gid}")])
        .args(["--clear-groups", "--"])
        .arg(program);
    command
}
