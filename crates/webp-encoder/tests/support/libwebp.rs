//! What libwebp shows of a stream.

/// libwebp's planes, without their padding.
pub(crate) fn decode_yuv(bytes: &[u8], width: usize, height: usize, what: &str) -> Vec<u8> {
    let (mut w, mut h, mut stride, mut uv_stride) = (0, 0, 0, 0);
    let (mut u, mut v) = (std::ptr::null_mut(), std::ptr::null_mut());
    let mut planes = Vec::new();
    // SAFETY: the planes are read within the sizes and strides that the decoder reports, and freed once.
    unsafe {
        let y = libwebp_sys::WebPDecodeYUV(
            bytes.as_ptr(),
            bytes.len(),
            &mut w,
            &mut h,
            &mut u,
            &mut v,
            &mut stride,
            &mut uv_stride,
        );
        assert!(!y.is_null(), "libwebp fails: {what}");
        assert_eq!((w as usize, h as usize), (width, height));
        let half = (width.div_ceil(2), height.div_ceil(2));
        for (plane, stride, size) in [
            (y, stride, (width, height)),
            (u, uv_stride, half),
            (v, uv_stride, half),
        ] {
            for row in 0..size.1 {
                let row = plane.add(row * stride as usize);
                planes.extend_from_slice(std::slice::from_raw_parts(row, size.0));
            }
        }
        libwebp_sys::WebPFree(y.cast());
    }
    planes
}

/// libwebp's decoding, to RGB or RGBA.
pub(crate) fn decode(bytes: &[u8], (width, height): (usize, usize), with_alpha: bool) -> Vec<u8> {
    let (mut w, mut h) = (0, 0);
    let (decode, samples): (unsafe extern "C" fn(_, _, _, _) -> _, _) = if with_alpha {
        (libwebp_sys::WebPDecodeRGBA, 4)
    } else {
        (libwebp_sys::WebPDecodeRGB, 3)
    };
    // SAFETY: the decoder's buffer is copied within the size that it reports, and freed once.
    unsafe {
        let shown = decode(bytes.as_ptr(), bytes.len(), &mut w, &mut h);
        assert!(!shown.is_null() && (w as usize, h as usize) == (width, height));
        let pixels = std::slice::from_raw_parts(shown, width * height * samples).to_vec();
        libwebp_sys::WebPFree(shown.cast());
        pixels
    }
}
