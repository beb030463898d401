//! The only ways off the async runtime.

use std::panic;

/// Runs blocking I/O on a thread that may block. A panic goes on in the caller.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    #[allow(clippy::disallowed_methods)] // This is the place.
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(cause) => panic::resume_unwind(cause),
            // The runtime is going down, and the caller with it.
            Err(_) => std::future::pending().await,
        },
    }
}
