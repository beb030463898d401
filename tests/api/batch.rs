//! Batches of base64: results item by item, or all or none, and repeats that get the first answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

fn item(number: usize) -> Value {
    json!({"data": STANDARD.encode(File::numbered(number).bytes), "filename": format!("{number}.jpg")})
}

fn body(items: impl IntoIterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.into_iter().collect();
    json!({"app": "chat", "userId": "anna", "items": items})
}

async fn with_key(server: &TestServer, key: &str, body: &Value) -> Answer {
    let request = server
        .http
        .post(server.url("/batch"))
        .header("idempotency-key", key);
    send(request.json(body)).await
}

async fn items_are_uploads(backend: Backend) {
    let server = TestServer::start(backend).await;
    let answer = server
        .post_json("/batch", &body((0..16).map(item)))
        .await
        .expect(201);
    let items = answer.json()["items"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(items.len(), 16);
    for (number, item) in items.iter().enumerate() {
        assert_eq!(
            (&item["index"], &item["status"]),
            (&json!(number), &json!(201)),
            "{item}"
        );
        assert_eq!(item["media"]["hash"], File::numbered(number).sha256());
        assert_eq!(item["media"]["originalName"], format!("{number}.jpg"));
        assert_eq!(item["media"]["apps"], json!(["chat"]));
        let id = item["media"]["id"].as_str().unwrap_or_default();
        assert_eq!(server.settled(id).await["status"], "ready");
        let file = server.get(&format!("/{id}/file")).await.expect(200);
        assert!(file.body == File::numbered(number).bytes);
    }
    let again = server
        .post_json("/batch", &body([item(3), item(20)]))
        .await
        .expect(200)
        .json();
    assert_eq!(again["items"][0]["media"]["id"], items[3]["media"]["id"]);
    assert_eq!(again["items"][0]["status"], 200);
    assert_eq!(again["items"][0]["media"]["duplicate"], true);
    assert_eq!(again["items"][1]["status"], 201);
}

async fn spellings_of_base64(backend: Backend) {
    let server = TestServer::start(backend).await;
    let plain = STANDARD.encode(File::fixture("formats/rgb8.png").bytes);
    let lines: Vec<String> = plain
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    for (number, data) in [
        plain.clone(),
        format!("data:image/png;base64,{plain}"),
        format!("data:;base64,{plain}"),
        format!("data:image/png;name=a.png;charset=x;base64,{plain}"),
        lines.join("\r\n"),
        lines.join(" \t\n"),
        format!("\n {plain}\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let user = format!("user{number}");
        let body = json!({"app": "chat", "userId": user, "items": [{"data": data}]});
        let answer = server.post_json("/batch", &body).await.expect(201).json();
        let media = &answer["items"][0]["media"];
        assert_eq!(
            media["hash"],
            File::fixture("formats/rgb8.png").sha256(),
            "{number}"
        );
        assert_eq!(media["mimeType"], "image/png");
    }
}

async fn bad_items_fail_alone(backend: Backend) {
    let server = TestServer::start(backend).await;
    let good = STANDARD.encode(File::numbered(1).bytes);
    let bad = [
        json!("AAAA_-AA"),
        json!("AAA*"),
        json!("A"),
        json!(format!("{good}!")),
        json!("data:image/png,plain"),
        json!("data:image/png;base64"),
        json!(""),
    ];
    let mut items: Vec<Value> = bad.iter().map(|data| json!({"data": data})).collect();
    items.push(json!({"data": good}));
    items.push(json!({"filename": "nothing.jpg"}));
    let answer = server
        .post_json("/batch", &body(items))
        .await
        .expect(200)
        .json();
    let results = answer["items"].as_array().cloned().unwrap_or_default();
    assert_eq!(results.len(), 9, "{answer}");
    for (number, result) in results.iter().enumerate() {
        assert_eq!(result["index"], number);
        if number == 7 {
            assert_eq!(result["status"], 201, "{result}");
            continue;
        }
        assert_eq!(result["status"], 400, "{result}");
        assert!(
            result["error"].is_string() && result["code"].is_string(),
            "{result}"
        );
        assert!(result.get("media").is_none(), "{result}");
    }
    assert_eq!(results[6]["code"], "empty_file");
    assert_eq!(server.site.rows("media").await, 1);
}

async fn atomic_is_all_or_none(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut request = body([item(1), json!({"data": "AAA*"}), item(2)]);
    request["atomic"] = json!(true);
    let answer = server.post_json("/batch", &request).await;
    let problem = answer.problem_code(422, "batch_refused");
    // Only what was refused, and why.
    assert_eq!(problem["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(problem["items"][0]["status"], 400, "{problem}");
    assert_eq!(problem["items"][0]["index"], 1);
    for table in ["media", "blob"] {
        assert_eq!(server.site.rows(table).await, 0, "{table}");
    }
    request["items"][1] = item(3);
    let answer = server
        .post_json("/batch", &request)
        .await
        .expect(201)
        .json();
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(server.site.rows("media").await, 3);
    let mut bomb = body([item(4)]);
    bomb["atomic"] = json!(true);
    let data = STANDARD.encode(File::fixture("hostile/lottapixel.png").bytes);
    bomb["items"]
        .as_array_mut()
        .expect("items")
        .push(json!({"data": data}));
    let problem = server
        .post_json("/batch", &bomb)
        .await
        .problem_code(422, "batch_refused");
    assert_eq!(problem["items"][0]["code"], "too_many_pixels");
    assert_eq!(server.site.rows("media").await, 3);
    server.site.fsck();
}

async fn a_repeat_gets_the_first_answer(backend: Backend) {
    let server = TestServer::start(backend).await;
    let request = body([item(1), item(2)]);
    let first = with_key(&server, "key-1", &request).await.expect(201);
    let again = with_key(&server, "key-1", &request).await.expect(201);
    assert_eq!(again.json(), first.json());
    assert_eq!(server.site.rows("media").await, 2);
    with_key(&server, "key-1", &body([item(1)]))
        .await
        .problem(422);
    // Another owner's key of the same name is another key.
    let mut other = request.clone();
    other["userId"] = json!("ben");
    let bens = with_key(&server, "key-1", &other).await.expect(201).json();
    assert_ne!(
        bens["items"][0]["media"]["id"],
        first.json()["items"][0]["media"]["id"]
    );
    with_key(&server, "key-2", &body([item(1), item(5)]))
        .await
        .expect(200);
}

async fn repeats_at_the_same_time_do_the_work_once(backend: Backend) {
    let server = TestServer::start(backend).await;
    let request = body((0..8).map(item));
    let requests = (0..8).map(|_| with_key(&server, "key", &request));
    let answers = futures_util::future::join_all(requests).await;
    let mut done = answers.iter().filter(|answer| answer.status == 201);
    let first = done.next().expect("one is answered").json();
    assert!(done.all(|answer| answer.json() == first));
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(409);
    }
    assert_eq!(server.site.rows("media").await, 8);
    assert_eq!(
        with_key(&server, "key", &request).await.expect(201).json(),
        first
    );
}

async fn free_json_comes_back_to_its_owner(backend: Backend) {
    let server = TestServer::start(backend).await;
    let metadata = json!({"prompt": "eine Rose €", "model": "m-1", "seed": 42, "quality": {"steps": [1, 2.5, null, true]},
        "text": r#"{"$serde_json::private::RawValue":"1"}"#});
    let mut with = item(1);
    with["metadata"] = metadata.clone();
    let answer = server
        .post_json("/batch", &body([with, item(2)]))
        .await
        .expect(201)
        .json();
    let media = &answer["items"][0]["media"];
    assert_eq!(media["appMetadata"], metadata, "{media}");
    let id = media["id"].as_str().unwrap_or_default();
    assert_eq!(
        server.get(&format!("/{id}")).await.json()["appMetadata"],
        metadata
    );
    assert!(
        answer["items"][1]["media"].get("appMetadata").is_none(),
        "{answer}"
    );
}

async fn what_is_no_batch(backend: Backend) {
    let server = TestServer::start(backend).await;
    for wrong in [
        body([]),
        body((0..17).map(item)),
        json!({"app": "chat"}),
        json!({"app": "chat", "items": "no list"}),
        json!({"app": 7, "items": [item(1)]}),
        json!([]),
        json!("text"),
        Value::Null,
    ] {
        server.post_json("/batch", &wrong).await.problem(400);
    }
    for text in [
        "",
        "{",
        "{\"items\":[",
        "{\"items\":[{\"data\":\"AAAA",
        "\u{0}",
    ] {
        let request = server
            .http
            .post(server.url("/batch"))
            .header("content-type", "application/json");
        send(request.body(text)).await.problem(400);
    }
    let deep = format!("{{\"items\":{}", "[".repeat(100_000));
    let request = server
        .http
        .post(server.url("/batch"))
        .header("content-type", "application/json");
    send(request.body(deep)).await.problem(400);
    assert_eq!(server.site.rows("media").await, 0);
}

async fn items_over_the_limit(backend: Backend) {
    let server = TestServer::with(backend, &[("MAX_UPLOAD_BYTES", "64KiB")]).await;
    let large = json!({"data": STANDARD.encode(vec![7; 65537])});
    let answer = server.post_json("/batch", &body([item(1), large])).await;
    match answer.status {
        200 => assert_eq!(
            answer.json()["items"][1]["status"],
            413,
            "{}",
            answer.text()
        ),
        _ => drop(answer.problem(413)),
    }
}

on_both_backends!(
    items_are_uploads,
    spellings_of_base64,
    bad_items_fail_alone,
    atomic_is_all_or_none,
    a_repeat_gets_the_first_answer,
    repeats_at_the_same_time_do_the_work_once,
    free_json_comes_back_to_its_owner,
    what_is_no_batch,
    items_over_the_limit,
);
