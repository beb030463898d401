//! Photoshop's image resources, for the IPTC data sets in them.

/// The resource of IPTC's data sets.
const IPTC: u16 = 0x0404;

/// The data sets in a row of resources, up to the first that does not fit.
pub(super) fn iptc(mut rest: &[u8]) -> Option<Vec<u8>> {
    loop {
        // `8BIM`, the id, a name of even length with its own length, the length of the data.
        let body = rest.strip_prefix(b"8BIM")?;
        let id = u16::from_be_bytes(*body.first_chunk()?);
        let name = usize::from(*body.get(2)?) + 1;
        let at = 2 + name.next_multiple_of(2);
        let len = u32::from_be_bytes(*body.get(at..)?.first_chunk()?) as usize;
        let data = body.get(at + 4..)?;
        if id == IPTC {
            // One that is cut off still begins well.
            return Some(data[..len.min(data.len())].to_vec());
        }
        rest = data.get(len.checked_next_multiple_of(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_passed_over() {
        let bytes = b"8BIM\x04\x25\0\0\0\0\0\x03abc\08BIM\x04\x04\x01n\0\0\0\x02hirest";
        assert_eq!(iptc(bytes).as_deref(), Some(&b"hi"[..]));
        assert_eq!(iptc(b"8BIM\x04\x25\0\0\xff\xff\xff\xffabc"), None);
        assert_eq!(iptc(b""), None);
    }
}
