//! The system's fonts, for text in pictures.

#![allow(unsafe_code)]

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb;

/// Looked for once, and mapped into memory: where pictures are drawn, files may be out of reach.
static SYSTEM_FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    let faces: Vec<fontdb::ID> = fonts.faces().map(|face| face.id).collect();
    for face in faces {
        // SAFETY: fonts are installed beside the old ones or in their place by renaming, never written over while they are in use.
        unsafe { fonts.make_shared_face_data(face) };
    }
    Arc::new(fonts)
});

pub(in crate::imaging) fn of_system() -> Arc<fontdb::Database> {
    Arc::clone(&SYSTEM_FONTS)
}
