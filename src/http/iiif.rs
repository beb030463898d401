//! IIIF Image API 3.0, level 2: pictures as deep-zoom viewers ask for them. Parameters are read here into a `Transform`, and from
//! there on go the way of any other.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::conditional::Wish;
use super::error::Problem;
use super::media::{check_offered, deliver, deliverable};
use super::params::Segments;
use super::principal::{Caller, Deliver};
use crate::app::App;
use crate::catalog::Media;
use crate::delivery::{self, Rendition};
use crate::media::{Colours, Fit, OutputFormat, Region, Transform};

const CONTEXT: &str = "http://iiif.io/api/image/3/context.json";
/// Side of the tiles that viewers are told to ask for.
const TILE: u32 = 512;

/// What a viewer needs to know of a picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageInformation {
    #[serde(rename = "@context")]
    context: &'static str,
    id: String,
    r#type: &'static str,
    protocol: &'static str,
    profile: &'static str,
    /// Pixels as seen.
    width: u32,
    /// Pixels as seen.
    height: u32,
    /// Longest side of an answer.
    max_width: u32,
    tiles: [Tiles; 1],
    preferred_formats: [&'static str; 2],
    extra_formats: [&'static str; 2],
    extra_features: [&'static str; 1],
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Tiles {
    width: u32,
    scale_factors: Vec<u32>,
}

/// Where the description of a picture is.
#[utoipa::path(get, path = "/iiif/3/{id}", tag = "iiif", params(("id" = String, Path)),
    responses((status = 303, description = "At info.json"), (status = 404, description = "Unknown")))]
pub(super) async fn get_iiif_base(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments(id): Segments<String>,
) -> Result<Response, Problem> {
    let media = deliverable(&app, &caller, &id).await?;
    let location = format!("{}/info.json", base(&app, &media));
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// The description of a picture, for viewers (IIIF Image API 3.0, section 5).
#[utoipa::path(get, path = "/iiif/3/{id}/info.json", tag = "iiif", params(("id" = String, Path)),
    responses((status = 200, description = "The description", body = ImageInformation), (status = 404, description = "Unknown"),
        (status = 415, description = "Not a picture")))]
pub(super) async fn get_iiif_information(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = deliverable(&app, &caller, &id).await?;
    let (width, height) = size(&media)?;
    let max_side = app.config.limits.max_transform_side;
    let levels = width.max(height).div_ceil(TILE).max(1).next_power_of_two();
    let information = ImageInformation {
        context: CONTEXT,
        id: base(&app, &media),
        r#type: "ImageService3",
        protocol: "http://iiif.io/api/image",
        profile: "level2",
        width,
        height,
        max_width: max_side,
        tiles: [Tiles {
            width: TILE,
            scale_factors: (0..=levels.ilog2()).map(|level| 1 << level).collect(),
        }],
        preferred_formats: ["webp", "jpg"],
        extra_formats: ["webp", "avif"],
        extra_features: ["mirroring"],
    };
    let wants_ld = headers.get(header::ACCEPT).is_some_and(|accept| {
        let accept = accept.to_str().unwrap_or_default();
        accept.contains("application/ld+json")
    });
    let mime = if wants_ld {
        format!("application/ld+json;profile=\"{CONTEXT}\"")
    } else {
        "application/json".to_owned()
    };
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::VARY, "Accept".to_owned()),
        (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
    ];
    Ok((headers, Json(information)).into_response())
}

/// A part of a picture, scaled, turned and encoded as the path says (IIIF Image API 3.0, section 4).
#[utoipa::path(get, path = "/iiif/3/{id}/{region}/{size}/{rotation}/{quality}", tag = "iiif",
    params(("id" = String, Path), ("region" = String, Path, description = "full, square, x,y,w,h or pct:x,y,w,h"),
        ("size" = String, Path, description = "max, w, or ,h or w,h or !w,h or pct:n"),
        ("rotation" = String, Path, description = "0, 90, 180, 270; with ! before it mirrored first"),
        ("quality" = String, Path, description = "default, color, gray or bitonal, and the format: .jpg, .png, .webp, .avif")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"), (status = 304, description = "Not modified"),
        (status = 400, description = "A path that cannot be read, or asks for something outside the picture"),
        (status = 404, description = "Unknown"), (status = 415, description = "Not a picture")))]
pub(super) async fn get_iiif_image(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments((id, region, scale, rotation, quality)): Segments<(
        String,
        String,
        String,
        String,
        String,
    )>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = deliverable(&app, &caller, &id).await?;
    let max_side = app.config.limits.max_transform_side;
    let picture = size(&media)?;
    let region = read_region(&region, picture)?;
    let (width, height) = read_size(&scale, (region.width, region.height), max_side)?;
    let (mirror, turns) = read_rotation(&rotation)?;
    let (colours, format) = read_quality(&quality)?;
    let is_whole = (region.width, region.height) == picture;
    let transform = Transform {
        region: (!is_whole).then_some(region),
        width: Some(width),
        height: Some(height),
        fit: Fit::Fill,
        mirror,
        turns,
        colours,
        format,
        ..Transform::default()
    };
    let wish = Wish {
        method: &method,
        headers: &headers,
        download: None,
        negotiated: false,
    };
    check_offered(&app, &caller, &transform)?;
    deliver(
        &app,
        &caller,
        &media,
        Rendition::Transform(transform),
        &wish,
    )
    .await
}

fn base(app: &App, media: &Media) -> String {
    let root = app.public_url.strip_suffix("/api/v1");
    let root = root.unwrap_or(&app.public_url);
    format!("{root}/iiif/3/{}", media.id)
}

fn size(media: &Media) -> Result<(u32, u32), Problem> {
    let facts = &media.facts;
    let size = facts.width.zip(facts.height);
    size.filter(|_| media.kind.is_decodable())
        .ok_or_else(|| delivery::Error::NotAPicture.into())
}

fn bad(parameter: &'static str) -> Problem {
    Problem::parameter(
        parameter,
        "is not one of the IIIF Image API's for this picture",
    )
}

/// What the API has and level 2 does not ask for.
fn not_offered(parameter: &'static str) -> Problem {
    Problem::bad_request("not_offered", format!("This {parameter} is not offered"))
}

/// `N` numbers between commas, none of them negative.
fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte == b'.' || byte == b',';
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.parse().ok()).collect();
    numbers
        .filter(|_| text.bytes().all(is_plain))?
        .try_into()
        .ok()
}

fn read_region(text: &str, (width, height): (u32, u32)) -> Result<Region, Problem> {
    let problem = || bad("region");
    let whole = Region {
        left: 0,
        top: 0,
        width,
        height,
    };
    let side = width.min(height);
    let region = match text {
        "full" => return Ok(whole),
        "square" => Region {
            left: (width - side) / 2,
            top: (height - side) / 2,
            width: side,
            height: side,
        },
        text => {
            let [left, top, across, down] = match text.strip_prefix("pct:") {
                Some(parts) => {
                    let [left, top, across, down] = numbers(parts).ok_or_else(problem)?;
                    let part = |of: u32, percent: f64| (f64::from(of) * percent / 100.0).round();
                    [
                        part(width, left),
                        part(height, top),
                        part(width, across),
                        part(height, down),
                    ]
                }
                None if text.contains('.') => return Err(problem()),
                None => numbers(text).ok_or_else(problem)?,
            };
            Region {
                left: left as u32,
                top: top as u32,
                width: across as u32,
                height: down as u32,
            }
        }
    };
    if region.width == 0 || region.height == 0 || region.left >= width || region.top >= height {
        return Err(problem());
    }
    Ok(Region {
        width: region.width.min(width - region.left),
        height: region.height.min(height - region.top),
        ..region
    })
}

/// The size of the answer for a region of that size; nothing is enlarged, also with `^`, which only allows it.
fn read_size(text: &str, region: (u32, u32), max_side: u32) -> Result<(u32, u32), Problem> {
    let problem = || bad("size");
    let (may_enlarge, text) = match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (width, height) = (f64::from(region.0), f64::from(region.1));
    let scaled = |scale: f64| {
        (
            (width * scale).round().max(1.0),
            (height * scale).round().max(1.0),
        )
    };
    let whole = |text: &str| {
        let number = text.parse::<u32>().ok().filter(|number| *number > 0);
        number.map(f64::from).ok_or_else(problem)
    };
    let most = f64::from(max_side);
    let (across, down) = if text == "max" {
        scaled((most / width).min(most / height).min(1.0))
    } else if let Some(percent) = text.strip_prefix("pct:") {
        let [percent] = numbers(percent).ok_or_else(problem)?;
        scaled(
            Some(percent / 100.0)
                .filter(|scale| *scale > 0.0)
                .ok_or_else(problem)?,
        )
    } else if let Some(inside) = text.strip_prefix('!') {
        let (across, down) = inside.split_once(',').ok_or_else(problem)?;
        let scale = (whole(across)? / width).min(whole(down)? / height);
        scaled(if may_enlarge { scale } else { scale.min(1.0) })
    } else {
        match text.split_once(',').ok_or_else(problem)? {
            (across, "") => (whole(across)?, scaled(whole(across)? / width).1),
            ("", down) => (scaled(whole(down)? / height).0, whole(down)?),
            (across, down) => (whole(across)?, whole(down)?),
        }
    };
    if across > width || down > height {
        return Err(if may_enlarge {
            not_offered("size")
        } else {
            problem()
        });
    }
    if across > most || down > most {
        return Err(problem());
    }
    Ok((across as u32, down as u32))
}

/// Whether it is mirrored, and how many quarter turns.
fn read_rotation(text: &str) -> Result<(bool, u8), Problem> {
    let (mirror, degrees) = match text.strip_prefix('!') {
        Some(degrees) => (true, degrees),
        None => (false, text),
    };
    let [degrees] = numbers(degrees).ok_or_else(|| bad("rotation"))?;
    if degrees > 360.0 {
        return Err(bad("rotation"));
    }
    let turns = degrees / 90.0;
    if turns.fract() > 0.0 {
        return Err(not_offered("rotation"));
    }
    Ok((mirror, turns as u8 % 4))
}

/// What is left of the colours, and the format.
fn read_quality(text: &str) -> Result<(Colours, OutputFormat), Problem> {
    let (quality, format) = text.split_once('.').ok_or_else(|| bad("quality"))?;
    let colours = match quality {
        "default" | "color" => Colours::All,
        "gray" => Colours::Grey,
        "bitonal" => Colours::Bitonal,
        _ => return Err(bad("quality")),
    };
    let format = match format {
        "jpg" => OutputFormat::Jpeg,
        "png" => OutputFormat::Png,
        "webp" => OutputFormat::WebP,
        "avif" => OutputFormat::Avif,
        _ => return Err(bad("format")),
    };
    Ok((colours, format))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Option<(u32, u32, u32, u32)> {
        let region = read_region(text, (300, 200)).ok()?;
        Some((region.left, region.top, region.width, region.height))
    }

    #[test]
    fn regions() {
        assert_eq!(region("full"), Some((0, 0, 300, 200)));
        assert_eq!(region("square"), Some((50, 0, 200, 200)));
        assert_eq!(region("10,20,30,40"), Some((10, 20, 30, 40)));
        assert_eq!(region("290,190,300,300"), Some((290, 190, 10, 10)));
        assert_eq!(region("pct:10,10,50,50"), Some((30, 20, 150, 100)));
        for bad in [
            "",
            "0,0,0,9",
            "300,0,9,9",
            "-1,0,9,9",
            "1.5,0,9,9",
            "1,2,3",
            "1,2,3,4,5",
            "pct:",
            "NaN,0,9,9",
            "all",
        ] {
            assert_eq!(region(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes() {
        let size = |text| read_size(text, (300, 200), 4096).ok();
        assert_eq!(size("max"), Some((300, 200)));
        assert_eq!(size("^max"), Some((300, 200)));
        assert_eq!(size("150,"), Some((150, 100)));
        assert_eq!(size(",50"), Some((75, 50)));
        assert_eq!(size("pct:50"), Some((150, 100)));
        assert_eq!(size("20,199"), Some((20, 199)));
        assert_eq!(size("!60,60"), Some((60, 40)));
        assert_eq!(size("!600,600"), Some((300, 200)));
        for bad in [
            "", "full", "301,", ",201", "0,", "pct:0", "pct:101", "1,2,3", "-5,", "a,b", "!5",
            "1.5,",
        ] {
            assert_eq!(size(bad), None, "{bad}");
        }
        assert_eq!(size("^600,"), None);
        let over = read_size("max", (10_000, 5000), 4096).ok();
        assert_eq!(over, Some((4096, 2048)));
    }

    #[test]
    fn turns_and_qualities() {
        let turned = |text| read_rotation(text).ok();
        assert_eq!(turned("0"), Some((false, 0)));
        assert_eq!(turned("!90"), Some((true, 1)));
        assert_eq!(turned("360"), Some((false, 0)));
        assert_eq!(turned("22.5"), None);
        for bad in ["", "!", "-90", "361", "x", "1e2", "90,"] {
            assert_eq!(turned(bad), None, "{bad}");
        }
        assert!(read_quality("gray.png").is_ok_and(|(colours, _)| colours == Colours::Grey));
        for bad in [
            "default",
            "native.jpg",
            "default.gif",
            ".jpg",
            "default.jpg.png",
        ] {
            assert!(read_quality(bad).is_err(), "{bad}");
        }
    }
}
