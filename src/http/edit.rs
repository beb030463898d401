//! What an owner says of a reference instead of the file: date, place, caption. The bytes stay as they are.

use axum::extract::{Request, State};
use axum::response::Response;
use chrono::{Datelike as _, NaiveDateTime};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::object;
use super::error::Problem;
use super::media::{find, show};
use super::params::{Params, Segments};
use super::principal::{Caller, Change};
use crate::app::App;
use crate::catalog::{Correction, EditChange};

/// Longest caption, in characters.
const MAX_CAPTION: usize = 2_000;
/// Offsets that clocks on Earth have had are within this, in minutes.
const MAX_OFFSET: i32 = 18 * 60;

/// What to say; `null` takes back what was said, and what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EditRequest {
    /// By the wall clock there: `2019-07-14T10:22:03`. The file's offset does not go with it.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, pattern = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$")]
    date_taken: Correction<String>,
    /// From UTC: `+02:00`. Alone it goes with the file's date.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, pattern = "^[+-](0[0-9]|1[0-7]):[0-5][0-9]$")]
    date_taken_offset: Correction<String>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<PlaceRequest>)]
    location: Correction<PlaceRequest>,
    /// At most 2000 characters.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, max_length = 2000, pattern = "^[^\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$")]
    caption: Correction<String>,
}

/// A position in WGS 84.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceRequest {
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
}

/// `null` is said, too.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Correction<T>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Correct date, place and caption. They are listed, found and counted by what is said here.
#[utoipa::path(patch, path = "/api/v1/media/{id}", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query)), request_body = EditRequest,
    responses((status = 200, description = "As it is now", body = super::projection::MediaObject),
        (status = 400, description = "A bad value, which is named"), (status = 404, description = "Unknown, or somebody else's"),
        (status = 413, description = "More than 16 KiB")))]
pub(super) async fn edit_media(
    caller: Caller<Change>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let said: EditRequest = object(request.into_body(), &app.config.http).await?;
    let change = change(said)?;
    let media_id = id.parse().map_err(|_| Problem::media_not_found())?;
    let whose = grant.whose.as_ref();
    if !app.gallery.edit(media_id, whose, &change).await? {
        return Err(Problem::media_not_found());
    }
    let media = find(&app, &id, &grant).await?;
    Ok(show(&app, media, &grant))
}

fn change(said: EditRequest) -> Result<EditChange, Problem> {
    const DATE: &str = "must be a local date and time (2019-07-14T10:22:03) or null";
    const OFFSET: &str = "must be an offset from UTC (+02:00) or null";
    const PLACE: &str = "must be latitude and longitude in degrees, or null";
    const CAPTION: &str = "must be a text of at most 2000 characters, or null";
    Ok(EditChange {
        taken_local: read("dateTaken", DATE, said.date_taken, |text| date(&text))?,
        offset_minutes: read("dateTakenOffset", OFFSET, said.date_taken_offset, |text| {
            offset(&text)
        })?,
        place: read("location", PLACE, said.location, place)?,
        caption: read("caption", CAPTION, said.caption, caption)?,
    })
}

fn read<T, U>(
    name: &str,
    expected: &str,
    said: Correction<T>,
    read: impl FnOnce(T) -> Option<U>,
) -> Result<Correction<U>, Problem> {
    let Some(Some(value)) = said else {
        return Ok(said.map(|_| None));
    };
    let value = read(value).ok_or_else(|| Problem::parameter(name, expected))?;
    Ok(Some(Some(value)))
}

fn date(text: &str) -> Option<NaiveDateTime> {
    let date: NaiveDateTime = text.parse().ok()?;
    (1000..=9999).contains(&date.year()).then_some(date)
}

fn offset(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|_| digits)
    };
    let minutes = number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?;
    (minutes <= MAX_OFFSET).then_some(sign * minutes)
}

fn place(place: PlaceRequest) -> Option<[f64; 2]> {
    let is_on_earth = place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0;
    is_on_earth.then_some([place.latitude, place.longitude])
}

fn caption(text: String) -> Option<String> {
    let is_text = !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t');
    (is_text && text.chars().count() <= MAX_CAPTION).then_some(text)
}
