//! The ICC profile that is spread over APP2 segments (ICC.1, annex B.4).

const SIGNATURE: &[u8] = b"ICC_PROFILE\0";

/// The numbered part of a profile that this APP2 segment holds, if it holds one.
pub(super) fn chunk(segment: &[u8]) -> Option<&[u8]> {
    segment
        .strip_prefix(SIGNATURE)
        .filter(|chunk| chunk.len() >= 2)
}

/// Joins the parts by their numbers. Missing, doubled or disagreeing parts give none.
pub(super) fn assemble(chunks: &[&[u8]]) -> Option<Vec<u8>> {
    let count = usize::from(*chunks.first()?.get(1)?);
    if count == 0 || count != chunks.len() {
        return None;
    }
    let mut profile = Vec::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
    for number in 1..=count {
        let mut parts = chunks
            .iter()
            .filter(|chunk| usize::from(chunk[0]) == number);
        let part = parts.next()?;
        if parts.next().is_some() || usize::from(part[1]) != count {
            return None;
        }
        profile.extend_from_slice(&part[2..]);
    }
    Some(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_by_number() {
        let parts = [b"\x02\x02cd".as_slice(), b"\x01\x02ab"];
        assert_eq!(assemble(&parts).as_deref(), Some(b"abcd".as_slice()));
        assert_eq!(assemble(&parts[..1]), None);
        assert_eq!(assemble(&[parts[0], parts[0]]), None);
        assert_eq!(assemble(&[]), None);
        assert_eq!(
            chunk(b"ICC_PROFILE\0\x01\x01x"),
            Some(b"\x01\x01x".as_slice())
        );
        assert_eq!(chunk(b"ICC_PROFILE\0\x01"), None);
        assert_eq!(chunk(b"MPF\0"), None);
    }
}
