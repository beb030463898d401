//! `serve`: listen, work in the background, stop in order.

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::Settings;
use crate::app::App;
use crate::{http, lifecycle};

pub(super) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let config = settings.start(None)?;
    lifecycle::raise_file_limit();
    let address = config.http.address();
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    let mut config = config;
    config.http.port = address.port();
    let app = App::open(config).await?;
    lifecycle::stop_on_signals(app.stop.clone())?;
    app.tasks.spawn({
        let worker = app.worker.clone();
        async move { worker.run().await }
    });
    app.tasks.spawn({
        let (maintenance, stop) = (app.maintenance.clone(), app.stop.clone());
        async move { tokio::join!(maintenance.run(stop.clone()), maintenance.scrub(stop)) }
    });
    app.tasks.spawn(app.events.clone().run(app.stop.clone()));
    greet(&app);
    let all_ended = http::serve(
        listener,
        http::Site::new(app.clone()),
        &app.config.http,
        app.stop.clone(),
    )
    .await;
    if !all_ended {
        tracing::warn!("requests were cut off at the end of SHUTDOWN_TIMEOUT");
    }
    app.tasks.close();
    if tokio::time::timeout(app.config.http.shutdown_timeout, app.tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!("background work was cut off; its claims end with their leases");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// What a person needs to know who has just started it for the first time.
fn greet(app: &App) {
    let address = app.config.http.address();
    println!("mana-media listening on http://{address}");
    println!("  data folder  {}", app.config.storage.data_dir.display());
    println!("  photos page  http://{address}/");
    println!("  API page     http://{address}/docs");
    println!(
        "  try          curl -F file=@photo.jpg -F app=demo -F userId=me http://{address}/api/v1/media/upload"
    );
}
