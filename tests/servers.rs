//! That the servers of the test support are there.

mod support;

use sqlx::{Connection as _, PgConnection};

#[tokio::test]
async fn databases_are_fresh_and_sorted_by_a_language() {
    let (first, second) = (
        support::postgres::fresh_database().await,
        support::postgres::fresh_database().await,
    );
    assert_ne!(first, second);
    let mut connection = PgConnection::connect(&first).await.unwrap();
    let is_sorted: bool = sqlx::query_scalar("SELECT 'a' < 'B'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(is_sorted);
}
