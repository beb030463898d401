//! Where and how to serve.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::{Error, bytes, duration};

/// Settings of the HTTP server.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpArgs {
    /// Address to listen on
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 picks a free one
    #[arg(long, env = "PORT", default_value_t = 3015)]
    port: u16,
    /// What the URLs in answers begin with [default: http://HOST:PORT/api/v1]
    #[arg(long, env = "PUBLIC_URL")]
    public_url: Option<String>,
    /// Origins that browsers may call from, comma separated; `*` for any, without credentials
    #[arg(long, env = "CORS_ORIGINS", default_value = "*")]
    cors_origins: String,
    /// How long an upload waits for its variants before it answers `processing`
    #[arg(long, env = "UPLOAD_WAIT", default_value = "500ms", value_parser = duration)]
    upload_wait: Duration,
    /// How long a connection may take to send the head of a request
    #[arg(long, env = "HEADER_TIMEOUT", default_value = "10s", value_parser = duration)]
    header_timeout: Duration,
    /// How long a connection may be idle between requests, or leave an answer unread
    #[arg(long, env = "IDLE_TIMEOUT", default_value = "60s", value_parser = duration)]
    idle_timeout: Duration,
    /// How long a body may take to send its next bytes
    #[arg(long, env = "READ_TIMEOUT", default_value = "30s", value_parser = duration)]
    read_timeout: Duration,
    /// Slowest that a body may come in over ten seconds and more, per second; 0 for as slowly as it likes
    #[arg(long, env = "MIN_BODY_RATE", default_value = "1KiB", value_parser = bytes)]
    min_body_rate: u64,
    /// How long requests in flight may go on after SIGTERM
    #[arg(long, env = "SHUTDOWN_TIMEOUT", default_value = "20s", value_parser = duration)]
    shutdown_timeout: Duration,
    /// Most connections at once
    #[arg(long, env = "MAX_CONNECTIONS", default_value_t = 20_000)]
    max_connections: usize,
    /// Most connections at once from one address, or one /64 of IPv6; 0 for any number, as behind a proxy
    #[arg(long, env = "MAX_CONNECTIONS_PER_CLIENT", default_value_t = 2000)]
    max_connections_per_client: usize,
}

/// The HTTP server's settings.
#[derive(Debug, Clone)]
pub struct Http {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port, 0 for any free one.
    pub port: u16,
    /// Base of the URLs in answers, without a trailing slash; `None` for the address listened on.
    pub public_url: Option<String>,
    /// Origins; `None` for any.
    pub cors_origins: Option<Vec<String>>,
    /// Default wait for variants.
    pub upload_wait: Duration,
    /// Longest that a request's head may take.
    pub header_timeout: Duration,
    /// Longest pause between requests.
    pub idle_timeout: Duration,
    /// Longest silence while a body is read.
    pub read_timeout: Duration,
    /// Slowest that a body may be, in bytes per second; 0 for any.
    pub min_body_rate: u64,
    /// Grace after SIGTERM.
    pub shutdown_timeout: Duration,
    /// Most connections at once.
    pub max_connections: usize,
    /// Most connections at once of one client; `None` for any number.
    pub max_connections_per_client: Option<usize>,
}

impl Http {
    /// The address to bind.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }
}

impl HttpArgs {
    pub(super) fn validate(self) -> Result<Http, Error> {
        let host = if self.host == "localhost" {
            "127.0.0.1"
        } else {
            self.host.as_str()
        };
        let host = host
            .parse()
            .map_err(|_| Error::new("HOST", "must be an IP address"))?;
        let public_url = self
            .public_url
            .map(|url| url.trim_end_matches('/').to_owned());
        if let Some(url) = &public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(Error::new(
                "PUBLIC_URL",
                "must begin with http:// or https://",
            ));
        }
        let origins: Vec<String> = self
            .cors_origins
            .split(',')
            .map(|origin| origin.trim().to_owned())
            .filter(|origin| !origin.is_empty())
            .collect();
        let any = origins.iter().any(|origin| origin == "*");
        if any && origins.len() > 1 {
            return Err(Error::new("CORS_ORIGINS", "`*` stands alone or not at all"));
        }
        if !origins
            .iter()
            .all(|origin| origin.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::new(
                "CORS_ORIGINS",
                "has a character that no origin has",
            ));
        }
        Ok(Http {
            host,
            port: self.port,
            public_url,
            cors_origins: (!any).then_some(origins),
            upload_wait: self.upload_wait,
            header_timeout: self.header_timeout,
            idle_timeout: self.idle_timeout,
            read_timeout: self.read_timeout,
            min_body_rate: self.min_body_rate,
            shutdown_timeout: self.shutdown_timeout,
            max_connections: self.max_connections.max(1),
            max_connections_per_client: Some(self.max_connections_per_client)
                .filter(|most| *most > 0),
        })
    }
}
