//! Identity, epoch, readiness.

use uuid::Uuid;

use super::SqliteCatalog;
use crate::catalog::StoreIdentity;
use crate::catalog::failure::Failure;

pub(super) async fn ping(catalog: &SqliteCatalog) -> Result<(), Failure> {
    sqlx::query("SELECT epoch FROM store_identity")
        .fetch_optional(&catalog.readers)
        .await?;
    Ok(())
}

pub(super) async fn store_identity(catalog: &SqliteCatalog) -> Result<StoreIdentity, Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query(
        "INSERT INTO store_identity (singleton, store_id) VALUES (1, $1) ON CONFLICT DO NOTHING",
    )
    .bind(Uuid::new_v4())
    .execute(&mut *tx)
    .await?;
    let (id, epoch): (Uuid, i64) = sqlx::query_as("SELECT store_id, epoch FROM store_identity")
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(StoreIdentity {
        id,
        epoch: epoch as u64,
    })
}

pub(super) async fn raise_epoch(catalog: &SqliteCatalog, least: u64) -> Result<u64, Failure> {
    let (mut tx, _) = catalog.write().await?;
    let epoch: i64 = sqlx::query_scalar(
        "INSERT INTO store_identity (singleton, store_id, epoch) VALUES (1, $1, $2 + 1)
         ON CONFLICT (singleton) DO UPDATE SET epoch = max(epoch, $2) + 1
         RETURNING epoch",
    )
    .bind(Uuid::new_v4())
    .bind(least as i64)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(epoch as u64)
}
