//! What fsck asks: every object in the store's key order, and the invariants that the database can check by itself.

use std::time::Duration;

use uuid::Uuid;

use super::PostgresCatalog;
use super::connection::interval;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::{AT_ONCE, audit};
use crate::catalog::rows::{self, ObjectRow};
use crate::catalog::{CatalogObject, ObjectRole, Violation};
use crate::media::{ContentHash, ObjectId};

pub(super) async fn list_objects(
    catalog: &PostgresCatalog,
    after: Option<(ContentHash, ObjectId)>,
    limit: u32,
) -> Result<Vec<CatalogObject>, Failure> {
    let (hash, object) = after.map_or((Vec::new(), Uuid::nil()), |(hash, object)| {
        (hash.0.to_vec(), object.0)
    });
    let rows: Vec<ObjectRow> = sqlx::query_as(
        "SELECT * FROM (
             SELECT sha256, object_id AS id, 'original' AS role, size_bytes, sha256 AS digest FROM blob
             WHERE (sha256, object_id) > ($1, $2) ORDER BY sha256, object_id LIMIT $3) originals
         UNION ALL SELECT * FROM (
             SELECT sha256, object_id, 'variant', size_bytes, digest FROM variant
             WHERE (sha256, object_id) > ($1, $2) ORDER BY sha256, object_id LIMIT $3) variants
         UNION ALL SELECT * FROM (
             SELECT sha256, object_id, 'rendition', size_bytes, digest FROM rendition
             WHERE (sha256, object_id) > ($1, $2) ORDER BY sha256, object_id LIMIT $3) renditions
         UNION ALL SELECT * FROM (
             SELECT sha256, id, state, size_bytes, NULL::bytea FROM object
             WHERE (sha256, id) > ($1, $2) ORDER BY sha256, id LIMIT $3) others
         ORDER BY 1, 2 LIMIT $3",
    )
    .bind(hash)
    .bind(object)
    .bind(i64::from(limit))
    .fetch_all(&catalog.pool)
    .await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn object_role(
    catalog: &PostgresCatalog,
    object: ObjectId,
) -> Result<Option<ObjectRole>, Failure> {
    let role: Option<String> = sqlx::query_scalar(
        "SELECT 'original' FROM blob WHERE object_id = $1
         UNION ALL SELECT 'variant' FROM variant WHERE object_id = $1
         UNION ALL SELECT 'rendition' FROM rendition WHERE object_id = $1
         UNION ALL SELECT state FROM object WHERE id = $1",
    )
    .bind(object.0)
    .fetch_optional(&catalog.pool)
    .await?;
    Ok(role.map(|role| rows::role(&role)).transpose()?)
}

/// An invariant, whether breaking it is loss, and the query for what breaks it.
type Check = (&'static str, bool, &'static str);

/// `$1` is the limit.
const CHECKS: [Check; 5] = [
    (
        "I1",
        true,
        "SELECT 'media ' || encode(uuid_send(m.id), 'hex') || ' refers to ' || encode(m.sha256, 'hex') || ', which is not there'
         FROM media m WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = m.sha256)
         UNION ALL
         SELECT 'variant ' || v.name || ' of ' || encode(v.sha256, 'hex') || ', which is not there'
         FROM variant v WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = v.sha256)
         LIMIT $1",
    ),
    (
        "I3",
        true,
        "SELECT 'object ' || encode(uuid_send(o.id), 'hex') || ' is original and ' || o.state
         FROM object o JOIN blob b ON b.object_id = o.id
         UNION ALL
         SELECT 'object ' || encode(uuid_send(o.id), 'hex') || ' is variant and ' || o.state
         FROM object o JOIN variant v ON v.object_id = o.id
         UNION ALL
         SELECT 'object ' || encode(uuid_send(b.object_id), 'hex') || ' is original and variant'
         FROM variant v JOIN blob b ON b.object_id = v.object_id
         UNION ALL
         SELECT 'object ' || encode(uuid_send(o.id), 'hex') || ' is rendition and ' || o.state
         FROM object o JOIN rendition r ON r.object_id = o.id
         LIMIT $1",
    ),
    (
        "I7",
        true,
        "SELECT 'owner \"' || COALESCE(u.owner, h.owner) || '\" has '
                || COALESCE(h.media_count, 0) || ' references of ' || COALESCE(h.size_bytes, 0) || ' bytes, recorded are '
                || COALESCE(u.media_count, 0) || ' of ' || COALESCE(u.size_bytes, 0)
         FROM owner_usage u
         FULL JOIN (SELECT owner, COUNT(*) AS media_count, SUM(size_bytes) AS size_bytes FROM media GROUP BY owner) h
              ON h.owner = u.owner
         WHERE COALESCE(h.media_count, 0) <> COALESCE(u.media_count, 0)
            OR COALESCE(h.size_bytes, 0) <> COALESCE(u.size_bytes, 0)
         LIMIT $1",
    ),
    (
        "I8",
        true,
        "SELECT 'media ' || encode(uuid_send(m.id), 'hex') || ' waits for ' || encode(m.sha256, 'hex') || ', which has no work due'
         FROM media m JOIN blob b ON b.sha256 = m.sha256
         WHERE m.status = 'processing' AND b.work_due_at IS NULL
         LIMIT $1",
    ),
    (
        "I10",
        true,
        "SELECT 'upload ' || encode(uuid_send(p.upload_id), 'hex') || ' has bytes at ' || p.offset_bytes || ' that the ledger has not'
         FROM upload_part p JOIN upload u ON u.id = p.upload_id
         WHERE u.expires_at > now()
               AND NOT EXISTS (SELECT 1 FROM object o WHERE o.id = p.object_id AND o.state = 'writing')
         LIMIT $1",
    ),
];

/// `$2` is how long a lease may be over, `$3` how long an object may be in trash.
const OVERDUE: &str = "
SELECT 'object ' || encode(uuid_send(id), 'hex') || ' is ' || state || ' since '
       || to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
FROM object
WHERE (state = 'writing' AND lease_until < now() - $2) OR (state = 'trash' AND since < now() - $3)
ORDER BY since LIMIT $1";

pub(super) async fn check_invariants(
    catalog: &PostgresCatalog,
    trash_keep: Duration,
    period: Duration,
    limit: u32,
) -> Result<Vec<Violation>, Failure> {
    let mut tx = catalog.snapshot().await?;
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *tx)
        .await?;
    let mut violations = Vec::new();
    for (invariant, loss, sql) in CHECKS {
        let details: Vec<String> = sqlx::query_scalar(sql)
            .bind(i64::from(limit))
            .fetch_all(&mut *tx)
            .await?;
        violations.extend(details.into_iter().map(|detail| Violation {
            invariant,
            loss,
            detail,
        }));
    }
    let grace = period.saturating_mul(2);
    let overdue: Vec<String> = sqlx::query_scalar(OVERDUE)
        .bind(i64::from(limit))
        .bind(interval(grace))
        .bind(interval(trash_keep.saturating_add(grace)))
        .fetch_all(&mut *tx)
        .await?;
    violations.extend(overdue.into_iter().map(|detail| Violation {
        invariant: "I5",
        loss: false,
        detail,
    }));
    violations.extend(audit::check(&mut *tx, limit).await?);
    Ok(violations)
}

/// Whoever has changed references and not yet usage waits for the lock, and then changes what was counted without it.
pub(super) async fn recount(catalog: &PostgresCatalog) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    for sql in [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 0",
        "LOCK TABLE owner_usage IN EXCLUSIVE MODE",
        "INSERT INTO owner_usage (owner, media_count, size_bytes)
         SELECT owner, COUNT(*), SUM(size_bytes) FROM media GROUP BY owner
         ON CONFLICT (owner) DO UPDATE
         SET media_count = excluded.media_count, size_bytes = excluded.size_bytes",
        "DELETE FROM owner_usage WHERE owner NOT IN (SELECT owner FROM media)",
        "UPDATE blob SET work_due_at = now(), attempts = 0
         WHERE work_due_at IS NULL AND sha256 IN (SELECT sha256 FROM media WHERE status = 'processing')",
    ] {
        sqlx::query(sql).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    recount_gallery(catalog).await
}

async fn recount_gallery(catalog: &PostgresCatalog) -> Result<(), Failure> {
    loop {
        let mut tx = catalog.write().await?;
        let again = audit::enter_misplaced(&mut *tx).await?;
        tx.commit().await?;
        if !again {
            break;
        }
    }
    let mut tx = catalog.snapshot().await?;
    let owners = audit::owners(&mut *tx).await?;
    drop(tx);
    for owner in owners {
        // Most are right, and nobody has to wait for that to be seen.
        let mut tx = catalog.snapshot().await?;
        let audited = audit::of(&mut *tx, &owner).await?;
        drop(tx);
        for ids in audited.wrong.chunks(AT_ONCE) {
            let mut tx = catalog.write().await?;
            audit::refresh(&mut *tx, ids.iter().copied()).await?;
            tx.commit().await?;
        }
        if audited.is_counted() {
            continue;
        }
        let mut tx = catalog.write().await?;
        sqlx::query("SET LOCAL statement_timeout = 0")
            .execute(&mut *tx)
            .await?;
        audit::recount(&mut *tx, &owner).await?;
        tx.commit().await?;
    }
    Ok(())
}

pub(super) async fn claim_scrub(
    catalog: &PostgresCatalog,
    interval_between: Duration,
) -> Result<Option<CatalogObject>, Failure> {
    let mut tx = catalog.write().await?;
    let mut due: Option<ObjectRow> = None;
    for sql in [
        "UPDATE blob SET scrubbed_at = now()
         WHERE object_id = (SELECT object_id FROM blob WHERE scrubbed_at <= now() - $1
                            ORDER BY scrubbed_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
         RETURNING sha256, object_id AS id, 'original' AS role, size_bytes, sha256 AS digest",
        "UPDATE variant SET scrubbed_at = now()
         WHERE object_id = (SELECT object_id FROM variant WHERE scrubbed_at <= now() - $1
                            ORDER BY scrubbed_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
         RETURNING sha256, object_id AS id, 'variant' AS role, size_bytes, digest",
    ] {
        if due.is_none() {
            due = sqlx::query_as(sql)
                .bind(interval(interval_between))
                .fetch_optional(&mut *tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(due.map(CatalogObject::try_from).transpose()?)
}
