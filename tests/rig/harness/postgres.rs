//! A Postgres of our own, as careful as in production, that can be stopped as if the power had failed.

use std::fs::File;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::cluster::PATIENCE;
use crate::support::postgres::{as_user, is_ready, programs, server_user};
use crate::support::server::free_ports;

/// The server, which ends with it.
pub(crate) struct Postgres {
    folder: TempDir,
    port: u16,
    server: Child,
}

impl Postgres {
    pub(crate) async fn start() -> Self {
        Self::start_in(&std::env::temp_dir()).await
    }

    /// With its data in this folder.
    pub(crate) async fn start_in(parent: &Path) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("make a folder");
        if let Some((uid, gid)) = server_user() {
            chown(folder.path(), Some(uid), Some(gid)).expect("give the folder away");
        }
        let data = folder.path().join("data");
        let mut initdb = as_user(&programs().join("initdb"), server_user());
        initdb
            .args([
                "--username=mana",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ])
            .arg("--pgdata")
            .arg(&data)
            .current_dir("/");
        let made = tokio::task::block_in_place(|| initdb.output()).expect("run initdb");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let [port] = free_ports();
        let server = serve(folder.path(), port);
        let postgres = Self {
            folder,
            port,
            server,
        };
        postgres.ready().await;
        postgres
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://mana@127.0.0.1:{}/postgres", self.port)
    }

    /// What `pg_ctl stop -m immediate` does, and a start. Returns when connections are taken again.
    pub(crate) async fn restart_immediately(&mut self) {
        let pid = self.server.id().to_string();
        let sent = Command::new("kill").args(["-s", "QUIT", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "stop Postgres");
        let server = &mut self.server;
        tokio::task::block_in_place(|| server.wait()).expect("the end of Postgres");
        self.server = serve(self.folder.path(), self.port);
        self.ready().await;
    }

    /// Starts it again if it has ended by itself.
    pub(crate) async fn ensure_running(&mut self) {
        if !matches!(self.server.try_wait(), Ok(None)) {
            self.server = serve(self.folder.path(), self.port);
            self.ready().await;
        }
    }

    async fn ready(&self) {
        let started = Instant::now();
        let data = self.folder.path().join("data");
        while !is_ready(&data, self.port) {
            let log = || std::fs::read_to_string(self.folder.path().join("log"));
            assert!(started.elapsed() < PATIENCE, "Postgres: {:?}", log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn serve(folder: &Path, port: u16) -> Child {
    let mut command = as_user(&programs().join("postgres"), server_user());
    command
        .arg("-D")
        .arg(folder.join("data"))
        .current_dir("/")
        .stdin(Stdio::null());
    for setting in [
        &format!("port={port}"),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=100",
        "fsync=on",
    ] {
        command.args(["-c", setting]);
    }
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"));
    let log = log.expect("open the log");
    command
        .stdout(log.try_clone().expect("share the log"))
        .stderr(log);
    command.spawn().expect("start Postgres")
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-s", "QUIT", &pid]).status();
        let _ = self.server.wait();
    }
}
