//! Is it alive, is it ready, and what has it been doing.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use serde_json::json;
use tokio::time::timeout;

use super::principal::{Caller, Operate};
use crate::app::App;
use crate::blob::BlobKey;

/// How long a dependency may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The original's answer, member by member.
#[derive(Debug, Serialize)]
pub(super) struct Alive {
    status: &'static str,
    service: &'static str,
    timestamp: String,
}

fn alive() -> Json<Alive> {
    Json(Alive {
        status: "ok",
        service: "mana-media",
        timestamp: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
    })
}

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, description = "It does")))]
pub(super) async fn get_health() -> Json<Alive> {
    alive()
}

/// The process answers.
#[utoipa::path(get, path = "/livez", tag = "operation", responses((status = 200, description = "It does")))]
pub(super) async fn get_liveness() -> Json<Alive> {
    alive()
}

/// Catalogue and store answer too.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "Both do"), (status = 503, description = "One does not, or the node is stopping")))]
pub(super) async fn get_readiness(State(app): State<App>) -> Response {
    let catalog = async { matches!(timeout(PATIENCE, app.catalog.ping()).await, Ok(Ok(()))) };
    // Its identity was written at the start: a store without it is not our store any more.
    let store = async {
        matches!(
            timeout(PATIENCE, app.blobs.head(&BlobKey::StoreId)).await,
            Ok(Ok(Some(_)))
        )
    };
    let (catalog, store) = tokio::join!(catalog, store);
    let stopping = app.stop.is_cancelled();
    let ready = catalog && store && !stopping;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ok" } else { "unavailable" },
        "service": "mana-media",
        "catalog": catalog,
        "store": store,
        "stopping": stopping,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Prometheus text format 0.0.4. Counts tell of everybody's doings, so that with `AUTH=required` it takes a key with `admin`.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Metrics", content_type = "text/plain")))]
pub(super) async fn get_metrics(_: Caller<Operate>, State(app): State<App>) -> Response {
    app.worker.observe().await;
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        app.metrics.render(),
    )
        .into_response()
}
