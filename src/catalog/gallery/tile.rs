//! A bucket's pictures, as each database tells many most quickly.

use sqlx::types::Json;
use uuid::Uuid;

use super::sql::{Connection, Statement};
use crate::catalog::Tile;
use crate::catalog::failure::Failure;
use crate::media::MediaId;

/// What Postgres is asked for.
pub(super) const COLUMNS: &str =
    "media_id, taken_at, is_dated, width, height, mime, placeholder, color, name, size_bytes";

/// By place and not by name, as there are many.
type Row<Truth, Bytes> = (
    Uuid,
    i64,
    Truth,
    Option<i64>,
    Option<i64>,
    String,
    Bytes,
    Option<String>,
    Option<String>,
    i64,
);

type Columns = Row<bool, Option<Vec<u8>>>;

pub(super) async fn by_columns(
    connection: &mut impl Connection,
    found: &Statement,
) -> Result<Vec<Tile>, Failure> {
    let rows: Vec<Columns> = connection.rows(found).await?;
    let tile = |row| tile(row, |truth| truth, |bytes| bytes);
    Ok(rows.into_iter().map(tile).collect())
}

/// What SQLite is asked for: the order, and all of [`COLUMNS`] in one value of an index.
pub(super) const PACKED: &str = "taken_at, media_id, tile";

/// [`Columns`] as JSON has them: truth as 0 or 1, bytes as hexadecimal digits.
type Packed = Row<u8, String>;

/// As one row, since each costs a walk from thread to thread.
pub(super) async fn packed(
    connection: &mut impl Connection,
    found: &Statement,
) -> Result<Vec<Tile>, Failure> {
    let all = found.within(
        "SELECT '[' || COALESCE(group_concat(tile), '') || ']' FROM (",
        ")",
    );
    let rows: Vec<(Json<Vec<Packed>>,)> = connection.rows(&all).await?;
    let tiles = rows.into_iter().flat_map(|(Json(tiles),)| tiles);
    let tile = |row| tile(row, |truth| truth != 0, from_hex);
    Ok(tiles.map(tile).collect())
}

fn from_hex(digits: String) -> Option<Vec<u8>> {
    let bytes = hex::decode(digits).ok();
    bytes.filter(|bytes| !bytes.is_empty())
}

fn tile<Truth, Bytes>(
    row: Row<Truth, Bytes>,
    is_true: fn(Truth) -> bool,
    bytes: fn(Bytes) -> Option<Vec<u8>>,
) -> Tile {
    let (id, taken_at, is_dated, width, height, mime, placeholder, color, name, size_bytes) = row;
    Tile {
        id: MediaId(id),
        taken_at,
        is_dated: is_true(is_dated),
        width,
        height,
        mime,
        placeholder: bytes(placeholder),
        color,
        name,
        size_bytes: size_bytes as u64,
    }
}
