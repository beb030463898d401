//! The database is put back to an older copy under running nodes: it must notice, and delete nothing that it has forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::harness::cluster::{Backend, Cluster, PATIENCE, PERIOD};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// At the database server: nobody else is connected to the node's database while this runs.
async fn alone(cluster: &Cluster, statements: &[String]) {
    let url = cluster.setting("DATABASE_URL");
    let (server, name) = url.rsplit_once('/').expect("a database");
    let mut admin = PgConnection::connect(&format!("{server}/postgres"))
        .await
        .expect("connect");
    let terminate =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    let close = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    for statement in [&close].into_iter().chain(statements) {
        let started = Instant::now();
        // Whoever was terminated takes a moment to go.
        loop {
            let _gone = sqlx::query(AssertSqlSafe(terminate.clone()))
                .execute(&mut admin)
                .await;
            let done = sqlx::raw_sql(AssertSqlSafe(statement.clone()))
                .execute(&mut admin)
                .await;
            let Err(error) = done else { break };
            assert!(started.elapsed() < PATIENCE, "{statement}: {error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn epoch(cluster: &Cluster) -> i64 {
    cluster.count("SELECT epoch FROM store_identity").await
}

/// Until the sweeper has raised the epoch above this.
async fn swept(cluster: &Cluster, above: i64) {
    let started = Instant::now();
    while epoch(cluster).await <= above {
        assert!(started.elapsed() < PATIENCE, "nothing was swept");
        tokio::time::sleep(PERIOD).await;
    }
}

async fn round(number: usize) -> Vec<String> {
    let load = Load::new(Cluster::start(Backend::Servers, 1, &[]).await);
    let cluster = &load.cluster;
    let name = cluster
        .setting("DATABASE_URL")
        .rsplit('/')
        .next()
        .expect("a name")
        .to_owned();
    let clients = load.clients(2, u64::MAX);
    swept(cluster, 0).await;
    // The copy is made in the middle of uploads: what it knows as unfinished will be live.
    alone(
        cluster,
        &[
            format!("CREATE DATABASE {name}_copy TEMPLATE {name}"),
            format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
        ],
    )
    .await;
    let copied = epoch(cluster).await;
    swept(cluster, copied + 1).await;
    load.stop(clients).await;
    cluster.settle().await;
    let before: BTreeSet<String> = cluster.keys().await.into_iter().collect();
    alone(
        cluster,
        &[
            format!("DROP DATABASE {name}"),
            format!("ALTER DATABASE {name}_copy RENAME TO {name}"),
            format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
        ],
    )
    .await;
    let wrong = deletes_nothing(&load, &before).await.into_iter();
    wrong
        .map(|what| format!("round {number}: {what}"))
        .collect()
}

/// Unfinished uploads run out, references are deleted: everything that leads to the sweeper.
async fn deletes_nothing(load: &Arc<Load>, before: &BTreeSet<String>) -> Vec<String> {
    let (cluster, mut wrong) = (&load.cluster, Vec::new());
    cluster
        .execute("UPDATE object SET since = now() - interval '1 day', lease_until = NULL")
        .await;
    cluster.execute("UPDATE object SET state = 'trash'").await;
    let uploads = load.clients(2, 40);
    for upload in uploads {
        upload.await.expect("a client");
    }
    tokio::time::sleep(Duration::from_secs(1) + PERIOD * 8).await;
    let after: BTreeSet<String> = cluster.keys().await.into_iter().collect();
    let deleted: Vec<&String> = before.difference(&after).collect();
    if !deleted.is_empty() {
        wrong.push(format!("deleted after the restore: {deleted:?}"));
    }
    if cluster
        .count("SELECT COUNT(*) FROM object WHERE state = 'trash'")
        .await
        == 0
    {
        wrong.push("there was nothing to sweep".to_owned());
    }
    let (code, found) = cluster.run(&["fsck", "--json"]);
    if code != Some(2) || !found.to_string().contains("I9") {
        wrong.push(format!("fsck does not see it: {code:?} {found}"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_goes_back_in_time() {
    let rounds = times(5, 20);
    let mut wrong = Vec::new();
    let mut done = 0;
    while done < rounds {
        // Not spawned: nodes die with the thread that starts them.
        let five: Vec<_> = (done..rounds.min(done + 5)).map(round).collect();
        done += five.len();
        wrong.extend(future::join_all(five).await.concat());
    }
    report::row(
        "Postgres put back to an older copy",
        json!({ "rounds": rounds }),
        &wrong,
    );
}
