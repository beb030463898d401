//! The schema's history, compiled in. Both backends have the same numbers.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// The migrations of SQLite.
pub(super) fn sqlite() -> Migrator {
    migrator(&[
        (
            1,
            "init",
            include_str!("../../migrations/sqlite/0001_init.sql"),
        ),
        (
            2,
            "durability",
            include_str!("../../migrations/sqlite/0002_durability.sql"),
        ),
        (
            3,
            "renditions",
            include_str!("../../migrations/sqlite/0003_renditions.sql"),
        ),
        (
            4,
            "resumable",
            include_str!("../../migrations/sqlite/0004_resumable.sql"),
        ),
        (
            5,
            "gallery",
            include_str!("../../migrations/sqlite/0005_gallery.sql"),
        ),
        (
            6,
            "tiles",
            include_str!("../../migrations/sqlite/0006_tiles.sql"),
        ),
        (
            7,
            "shown",
            include_str!("../../migrations/sqlite/0007_shown.sql"),
        ),
    ])
}

/// The migrations of Postgres.
pub(super) fn postgres() -> Migrator {
    migrator(&[
        (
            1,
            "init",
            include_str!("../../migrations/postgres/0001_init.sql"),
        ),
        (
            2,
            "durability",
            include_str!("../../migrations/postgres/0002_durability.sql"),
        ),
        (
            3,
            "renditions",
            include_str!("../../migrations/postgres/0003_renditions.sql"),
        ),
        (
            4,
            "resumable",
            include_str!("../../migrations/postgres/0004_resumable.sql"),
        ),
        (
            5,
            "gallery",
            include_str!("../../migrations/postgres/0005_gallery.sql"),
        ),
        (
            6,
            "tiles",
            include_str!("../../migrations/postgres/0006_tiles.sql"),
        ),
        (
            7,
            "shown",
            include_str!("../../migrations/postgres/0007_shown.sql"),
        ),
    ])
}

fn migrator(steps: &[(i64, &'static str, &'static str)]) -> Migrator {
    let steps = steps.iter().map(|&(version, name, sql)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(steps.collect())
}
