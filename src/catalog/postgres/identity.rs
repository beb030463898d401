//! Identity, epoch, readiness.

use uuid::Uuid;

use super::PostgresCatalog;
use crate::catalog::StoreIdentity;
use crate::catalog::failure::Failure;

pub(super) async fn ping(catalog: &PostgresCatalog) -> Result<(), Failure> {
    sqlx::query("SELECT epoch FROM store_identity")
        .fetch_optional(&catalog.pool)
        .await?;
    Ok(())
}

pub(super) async fn store_identity(catalog: &PostgresCatalog) -> Result<StoreIdentity, Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("INSERT INTO store_identity (store_id) VALUES ($1) ON CONFLICT DO NOTHING")
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

pub(super) async fn raise_epoch(catalog: &PostgresCatalog, least: u64) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    let epoch: i64 = sqlx::query_scalar(
        "INSERT INTO store_identity (store_id, epoch) VALUES ($1, $2 + 1)
         ON CONFLICT (singleton) DO UPDATE SET epoch = GREATEST(store_identity.epoch, $2) + 1
         RETURNING epoch",
    )
    .bind(Uuid::new_v4())
    .bind(least as i64)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(epoch as u64)
}
