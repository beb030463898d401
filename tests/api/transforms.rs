//! Renditions made on request.

use image::{DynamicImage, GenericImageView as _, ImageFormat};

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

struct Picture {
    server: TestServer,
    id: String,
}

async fn picture(backend: Backend, fixture: &str) -> Picture {
    let server = TestServer::start(backend).await;
    let media = server.store(File::fixture(fixture), "a", "anna").await;
    let id = media["id"].as_str().unwrap_or_default().to_owned();
    Picture { server, id }
}

impl Picture {
    async fn ask(&self, query: &str) -> Answer {
        self.server
            .get(&format!("/{}/transform{query}", self.id))
            .await
    }

    async fn size(&self, query: &str) -> (u32, u32) {
        decoded(&self.ask(query).await.expect(200)).dimensions()
    }
}

fn decoded(answer: &Answer) -> DynamicImage {
    image::load_from_memory(&answer.body).expect("a picture")
}

async fn boxes_are_met_as_asked(backend: Backend) {
    let picture = picture(backend, "formats/medium.jpg").await; // 600 × 900
    for (query, size) in [
        ("", (600, 900)),
        ("?w=300", (300, 450)),
        ("?h=300", (200, 300)),
        ("?w=300&h=300", (200, 300)),
        ("?w=300&h=300&fit=inside", (200, 300)),
        ("?w=300&h=300&fit=outside", (300, 450)),
        ("?w=300&h=300&fit=cover", (300, 300)),
        ("?w=300&h=300&fit=fill", (300, 300)),
        ("?w=300&h=300&fit=contain", (300, 300)),
        ("?w=4096", (600, 900)),
        ("?w=1200&h=300&fit=cover", (600, 300)),
        ("?w=&h=", (600, 900)),
        ("?w=100&dpr=2", (200, 300)),
        ("?preset=thumb", (200, 200)),
        ("?preset=medium&w=300", (300, 450)),
        ("?crop=0,0,200,100", (200, 100)),
        ("?crop=500,850,999,999", (100, 50)),
        ("?crop=0,0,400,400&w=100&h=100&fit=cover", (100, 100)),
    ] {
        assert_eq!(picture.size(query).await, size, "{query}");
    }
}

async fn formats_are_what_they_say(backend: Backend) {
    let picture = picture(backend, "colour/alpha.png").await;
    for (format, mime, known) in [
        ("webp", "image/webp", Some(ImageFormat::WebP)),
        ("jpeg", "image/jpeg", Some(ImageFormat::Jpeg)),
        ("jpg", "image/jpeg", Some(ImageFormat::Jpeg)),
        ("png", "image/png", Some(ImageFormat::Png)),
        ("avif", "image/avif", None),
        ("", "image/webp", Some(ImageFormat::WebP)),
    ] {
        let answer = picture
            .ask(&format!("?w=48&format={format}&q=70"))
            .await
            .expect(200);
        assert_eq!(answer.header("content-type"), mime);
        assert!(!answer.header("etag").is_empty());
        if let Some(known) = known {
            assert_eq!(image::guess_format(&answer.body).expect("a format"), known);
            let has_alpha = decoded(&answer).color().has_alpha();
            assert_eq!(has_alpha, known != ImageFormat::Jpeg, "{format}");
        }
    }
    // Where the picture is clear, a JPEG is white.
    let jpeg = decoded(&picture.ask("?format=jpeg&q=95").await.expect(200)).to_rgb8();
    let clear = (0..jpeg.width())
        .map(|x| jpeg.get_pixel(x, 40).0)
        .max_by_key(|rgb| rgb.map(u32::from).iter().sum::<u32>());
    assert!(
        clear.is_some_and(|rgb| rgb.iter().all(|part| *part > 235)),
        "{clear:?}"
    );
}

async fn auto_follows_accept(backend: Backend) {
    let picture = picture(backend, "formats/rgb8.png").await;
    let url = picture
        .server
        .url(&format!("/{}/transform?w=48&format=auto", picture.id));
    for (accept, mimes) in [
        ("image/webp,*/*;q=0.8", ["image/webp", "image/webp"]),
        ("image/jpeg", ["image/jpeg", "image/jpeg"]),
        ("image/avif,image/webp,*/*", ["image/avif", "image/webp"]),
    ] {
        let answer = send(picture.server.http.get(&url).header("accept", accept))
            .await
            .expect(200);
        assert!(
            mimes.contains(&answer.header("content-type")),
            "{accept}: {:?}",
            answer.headers
        );
        assert!(
            answer
                .header("vary")
                .to_ascii_lowercase()
                .contains("accept"),
            "{:?}",
            answer.headers
        );
    }
}

async fn bad_values_are_named(backend: Backend) {
    let picture = picture(backend, "formats/rgb8.png").await;
    for (name, values) in [
        (
            "w",
            ["0", "-1", "abc", "10px", "1.9", "4097", "99999999999"],
        ),
        ("h", ["0", "-1", "abc", "10px", "1.9", "4097", "%20"]),
        ("q", ["0", "-5", "101", "abc", "1e1", "%2B5", "5%20"]),
        (
            "fit",
            ["xyz", "COVER", "cover,", "none", "0", "-", "inside%20"],
        ),
        (
            "format",
            ["tiff", "WEBP", "svg", "image/webp", "0", "-", "gif"],
        ),
        ("dpr", ["0", "9", "-1", "x", "1e1", "inf", "NaN"]),
        ("gravity", ["up", "2,2", "0.5", "a,b", "-1,0", "0,0,0", ","]),
        (
            "crop",
            [
                "1",
                "1,2,3",
                "1,2,3,0",
                "-1,0,9,9",
                "a",
                "9999,0,9,9",
                "1,,2,3",
            ],
        ),
        (
            "bg",
            ["red", "%23fff", "12", "ggg", "1234567", "-", "fffff"],
        ),
        (
            "preset",
            ["small", "x", "THUMB", "0", "-", "huge", "original"],
        ),
        ("width", ["1", "", "0", "x", "-", "1.0", "10"]),
        ("userId", ["anna", "", "0", "x", "-", "1.0", "10"]),
    ] {
        for value in values {
            let answer = picture.ask(&format!("?{name}={value}")).await;
            let problem = answer.problem(400);
            let detail = problem["detail"].as_str().unwrap_or_default();
            let names_it = detail.contains(name) || problem["code"] == "outside_picture";
            assert!(names_it, "{name}={value}: {problem}");
        }
    }
    let twice = picture.ask("?w=10&w=20").await;
    assert_eq!(twice.problem(400)["parameter"], "w");
}

async fn what_matters_stays_in_sight(backend: Backend) {
    let server = TestServer::start(backend).await;
    let media = server
        .store(File::fixture("orientation/6.jpg"), "a", "anna")
        .await;
    let id = media["id"].as_str().unwrap_or_default();
    // Seen as 96 × 64 with a red, green, blue and yellow corner.
    for (gravity, colour) in [
        ("northwest", [255, 0, 0]),
        ("1,0", [0, 255, 0]),
        ("southwest", [0, 0, 255]),
        ("1,1", [255, 255, 0]),
    ] {
        let (x, y) = match gravity {
            "northwest" => (7, 7),
            "1,0" => (56, 7),
            "southwest" => (7, 56),
            _ => (56, 56),
        };
        let query = format!("w=64&h=64&fit=cover&gravity={gravity}&format=png");
        let answer = server.get(&format!("/{id}/transform?{query}")).await;
        let pixel = decoded(&answer.expect(200)).to_rgb8().get_pixel(x, y).0;
        let off = (0..3).map(|at| pixel[at].abs_diff(colour[at])).max();
        assert!(off < Some(40), "{gravity}: {pixel:?}");
    }
}

async fn grounds_and_downloads(backend: Backend) {
    let picture = picture(backend, "colour/alpha.png").await;
    let on_red = picture.ask("?bg=f00&format=png").await.expect(200);
    let seen = decoded(&on_red);
    assert!(!seen.color().has_alpha());
    assert!(seen.to_rgb8().pixels().any(|pixel| pixel.0 == [255, 0, 0]));
    assert_eq!(on_red.header("content-disposition"), "inline");
    let saved = picture.ask("?bg=f00&format=png&download=a%20b.png").await;
    let saved = saved.expect(200);
    let field = "attachment; filename=\"a b.png\"";
    assert_eq!(saved.header("content-disposition"), field);
    assert_eq!(
        saved.header("cache-status"),
        "mana-media; hit; detail=memory"
    );
    assert_eq!(saved.body, on_red.body);
}

async fn sizes_may_be_limited(backend: Backend) {
    let server = TestServer::with(backend, &[("TRANSFORM_MODE", "ladder")]).await;
    let media = server
        .store(File::fixture("formats/rgb8.png"), "a", "anna")
        .await;
    let id = media["id"].as_str().unwrap_or_default();
    for (query, status) in [
        ("", 200),
        ("?w=32", 200),
        ("?w=16&dpr=2&q=80&gravity=north", 200),
        ("?preset=thumb", 200),
        ("?w=33", 403),
        ("?w=32&q=81", 403),
        ("?crop=0,0,9,9", 403),
        ("?gravity=0.3,0.3", 403),
        ("?bg=123456", 403),
    ] {
        let answer = server.get(&format!("/{id}/transform{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
    let mut server = TestServer::with(backend, &[("TRANSFORM_MODE", "signed")]).await;
    let file = File::fixture("formats/rgb8.png");
    let media = server.store(file, "a", "anna").await;
    let id = media["id"].as_str().unwrap_or_default();
    let path = format!("/{id}/transform?w=32");
    server.get(&path).await.problem_code(403, "not_offered");
    server.kill();
    let key = format!("k1:{}", "01".repeat(32));
    server.site.set("URL_SIGNING_KEYS", &key);
    server.restart().await;
    let wanted = serde_json::json!({ "transform": { "w": 33 } });
    let signed = server.post_json(&format!("/{id}/sign"), &wanted).await;
    let url = signed.expect(200).json()["url"].clone();
    let shown = send(server.http.get(url.as_str().unwrap_or_default())).await;
    assert!(!shown.expect(200).header("vary").contains("Authorization"));
}

async fn what_is_no_picture_is_not_transformed(backend: Backend) {
    let server = TestServer::start(backend).await;
    for path in ["other/empty.pdf", "other/notes.txt", "other/header.mp4"] {
        let id = server.store(File::fixture(path), "a", "anna").await["id"].clone();
        let answer = server
            .get(&format!(
                "/{}/transform?w=10",
                id.as_str().unwrap_or_default()
            ))
            .await;
        assert_eq!(
            answer.problem(415)["error"],
            "Transform only supported for images"
        );
    }
    let id = server
        .store(File::fixture("broken/header_only.png"), "a", "anna")
        .await["id"]
        .clone();
    let answer = server
        .get(&format!(
            "/{}/transform?w=10",
            id.as_str().unwrap_or_default()
        ))
        .await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    answer.problem(answer.status);
}

async fn orientation_is_applied(backend: Backend) {
    let server = TestServer::start(backend).await;
    let corners = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]];
    for name in [
        "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg", "7.jpg", "8.jpg", "6.png", "6.webp",
        "6.tif",
    ] {
        let media = server
            .store(File::fixture(&format!("orientation/{name}")), "a", "anna")
            .await;
        let id = media["id"].as_str().unwrap_or_default();
        let seen = decoded(
            &server
                .get(&format!("/{id}/transform?format=png"))
                .await
                .expect(200),
        )
        .to_rgb8();
        assert_eq!(seen.dimensions(), (96, 64), "{name}");
        for ((x, y), colour) in [(7, 7), (88, 7), (7, 56), (88, 56)]
            .into_iter()
            .zip(corners)
        {
            let pixel = seen.get_pixel(x, y).0;
            let is_near = pixel
                .iter()
                .zip(colour)
                .all(|(seen, meant)| seen.abs_diff(meant) < 40);
            assert!(is_near, "{name}: {pixel:?} at {x},{y} is not {colour:?}");
        }
    }
}

on_both_backends!(
    boxes_are_met_as_asked,
    formats_are_what_they_say,
    auto_follows_accept,
    bad_values_are_named,
    what_is_no_picture_is_not_transformed,
    orientation_is_applied,
    what_matters_stays_in_sight,
    grounds_and_downloads,
    sizes_may_be_limited,
);
