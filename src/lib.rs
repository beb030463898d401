//! mana-media: a content-addressed media store with thumbnails, EXIF and a gallery.

pub mod blob;
pub mod imaging;
pub mod media;
pub mod threads;
