//! The grammar of ISO base media files (ISO/IEC 14496-12): boxes in a row, big-endian fields, and the items of a `meta` box.

mod items;

pub(in crate::imaging) use items::{Id, Items, MAX_META_BYTES, Property};

/// The boxes in a row of them, up to the first that does not fit.
pub(in crate::imaging) fn boxes(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let len = u32_at(rest, 0)? as usize;
        let (start, end) = match len {
            0 => (8, rest.len()),
            1 => (
                16,
                usize::try_from(u64::from_be_bytes(*rest.get(8..16)?.first_chunk()?)).ok()?,
            ),
            len => (8, len),
        };
        let name = rest.get(4..8)?.first_chunk()?;
        let body = rest.get(start..end)?;
        rest = &rest[end..];
        Some((name, body))
    })
}

/// The body of the first box of that name, cut off where the bytes end.
pub(in crate::imaging) fn find_cut(mut rest: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    loop {
        let len = match u32_at(rest, 0)? {
            0 => rest.len(),
            1 => usize::try_from(u64::from_be_bytes(*rest.get(8..16)?.first_chunk()?)).ok()?,
            len => len as usize,
        };
        let start = if u32_at(rest, 0)? == 1 { 16 } else { 8 };
        let end = len.max(start).min(rest.len());
        if rest.get(4..8)? == wanted {
            return rest.get(start..end);
        }
        rest = &rest[end..];
    }
}

/// Reads one field after another.
pub(in crate::imaging) struct Fields<'a> {
    pub(in crate::imaging) body: &'a [u8],
    pub(in crate::imaging) at: usize,
}

impl<'a> Fields<'a> {
    pub(in crate::imaging) fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0 }
    }

    /// A big-endian number of 0 to 8 bytes.
    pub(in crate::imaging) fn number(&mut self, bytes: usize) -> Option<u64> {
        let field = self.bytes(bytes)?;
        Some(
            field
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }

    pub(in crate::imaging) fn u32(&mut self) -> Option<u32> {
        Some(self.number(4)? as u32)
    }

    pub(in crate::imaging) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let field = self.body.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        Some(field)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..at + 4)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_end_where_one_does_not_fit() {
        let bytes = b"\0\0\0\x0aonce12\0\0\0\x01long\0\0\0\0\0\0\0\x11x\0\0\0\x20cut_";
        let names: Vec<_> = boxes(bytes)
            .map(|(name, body)| (name, body.len()))
            .collect();
        assert_eq!(names, [(b"once", 2), (b"long", 1)]);
        assert_eq!(find_cut(bytes, *b"cut_"), Some(&[][..]));
        assert_eq!(find_cut(bytes, *b"none"), None);
        assert_eq!(find_cut(b"\0\0\0\x03loop", *b"none"), None);
    }

    #[test]
    fn fields_are_big_endian() {
        let mut fields = Fields::new(&[1, 2, 3]);
        assert_eq!(fields.number(2), Some(0x102));
        assert_eq!(fields.number(0), Some(0));
        assert_eq!(fields.number(2), None);
        assert_eq!(fields.number(1), Some(3));
    }
}
