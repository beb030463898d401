//! `healthcheck`: the question a container's supervisor asks, without curl in the image.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

/// How long the node may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ask a running node whether it is ready.
#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    /// Address of the node; one that stands for all is asked on loopback
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port of the node
    #[arg(long, env = "PORT", default_value_t = 3015)]
    port: u16,
}

impl Healthcheck {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let host = if self.host == "localhost" {
            "127.0.0.1"
        } else {
            self.host.as_str()
        };
        let host: IpAddr = host.parse().context("HOST: must be an IP address")?;
        let host = if host.is_unspecified() {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        } else {
            host
        };
        let address = SocketAddr::new(host, self.port);
        let answer = ask(address).with_context(|| format!("no answer from {address}"))?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        println!("{}", body.trim());
        let ready = head.split(' ').nth(1) == Some("200");
        Ok(if ready {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    Ok(answer)
}
