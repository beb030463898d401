//! What untrusted pictures may cost.

/// Limits that every imaging call holds to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most pixels of a frame (width × height).
    pub max_pixels: u64,
    /// Most memory in bytes that one job may be estimated to take.
    pub max_memory_bytes: u64,
    /// Whether SVG text may use the system's fonts; without them text is not drawn.
    pub system_fonts: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 250_000_000,
            max_memory_bytes: 2 << 30,
            system_fonts: false,
        }
    }
}
