//! Places as cells: longitude and latitude of 24 bits each, interleaved from the longitude's highest bit on (Z-order, Morton 1966), so
//! that every square of the map whose side is a power of two is one range of numbers. A side of 24 bits is 2.4 m at the equator.

/// Bits of each coordinate.
const BITS: u32 = 24;
/// Most ranges that a box is cut into.
const MAX_RANGES: usize = 16;
/// Most squares that it is cut into on the way.
const MAX_SQUARES: usize = 1_024;

/// The cell of a position in degrees.
pub(super) fn of(latitude: f64, longitude: f64) -> i64 {
    let (x, y) = (
        fraction((longitude + 180.0) / 360.0),
        fraction((latitude + 90.0) / 180.0),
    );
    let mut cell = 0;
    for bit in (0..BITS).rev() {
        cell = cell << 2 | i64::from(x >> bit & 1) << 1 | i64::from(y >> bit & 1);
    }
    cell
}

fn fraction(of_one: f64) -> u32 {
    const MOST: f64 = ((1u32 << BITS) - 1) as f64;
    (of_one * f64::from(1u32 << BITS)).clamp(0.0, MOST) as u32
}

/// A cell's square of so many bits a coordinate, as text in the order of the squares.
pub(super) fn name(cell: i64, bits: u32) -> String {
    format!("{:06x}", cell >> shift(bits))
}

/// How far a cell is shifted to be its square's number.
pub(super) fn shift(bits: u32) -> u32 {
    2 * (BITS - bits.min(BITS))
}

/// The square's bounds: west, south, east, north in degrees.
pub(super) fn bounds(square: i64, bits: u32) -> [f64; 4] {
    let (mut x, mut y) = (0i64, 0i64);
    for bit in (0..bits).rev() {
        x = x << 1 | square >> (2 * bit + 1) & 1;
        y = y << 1 | square >> (2 * bit) & 1;
    }
    let side = f64::from(1u32 << bits);
    let (x, y) = (x as f64, y as f64);
    [
        x / side * 360.0 - 180.0,
        y / side * 180.0 - 90.0,
        (x + 1.0) / side * 360.0 - 180.0,
        (y + 1.0) / side * 180.0 - 90.0,
    ]
}

/// Ranges of cells, ends included, that hold everything inside a box and as little else as so few ranges can; `west > east` crosses the
/// antimeridian.
pub(super) fn ranges([west, south, east, north]: [f64; 4]) -> Vec<(i64, i64)> {
    if west > east {
        let mut halves = ranges([west, south, 180.0, north]);
        halves.extend(ranges([-180.0, south, east, north]));
        halves.sort_unstable();
        return joined(halves);
    }
    let mut squares = vec![(0i64, 0u32)];
    loop {
        let finer: Vec<(i64, u32)> = squares
            .iter()
            .flat_map(|&(square, bits)| {
                let [w, s, e, n] = bounds(square, bits);
                let inside = w >= west && e <= east && s >= south && n <= north;
                if inside || bits == BITS {
                    return vec![(square, bits)];
                }
                let quarters = (0..4).map(|quarter| (square << 2 | quarter, bits + 1));
                quarters
                    .filter(|&(square, bits)| {
                        let [w, s, e, n] = bounds(square, bits);
                        w <= east && e >= west && s <= north && n >= south
                    })
                    .collect()
            })
            .collect();
        let ranges = merged(&finer);
        // A box that leaves out little at an edge is one range of ever more squares.
        if ranges.len() > MAX_RANGES || finer.len() > MAX_SQUARES || finer == squares {
            return merged(&squares);
        }
        squares = finer;
    }
}

fn merged(squares: &[(i64, u32)]) -> Vec<(i64, i64)> {
    let range = |&(square, bits): &(i64, u32)| {
        let first = square << shift(bits);
        (first, first + (1 << shift(bits)) - 1)
    };
    joined(squares.iter().map(range))
}

/// Ranges that touch or overlap become one; they come in order.
fn joined(sorted: impl IntoIterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for (first, last) in sorted {
        match ranges.last_mut() {
            Some(range) if range.1 + 1 >= first => range.1 = range.1.max(last),
            _ => ranges.push((first, last)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_is_inside() {
        let boxes = [
            [8.0, 50.0, 8.5, 50.5],
            [-180.0, -90.0, 180.0, 90.0],
            [170.0, -20.0, -170.0, 20.0],
            [13.37, 52.51, 13.38, 52.52],
            [10.0, 10.0, 10.0, 10.0],
        ];
        for [west, south, east, north] in boxes {
            let ranges = ranges([west, south, east, north]);
            assert!(!ranges.is_empty() && ranges.len() <= 2 * MAX_RANGES);
            for (longitude, latitude) in [(west, south), (east, north), (west, north)] {
                let cell = of(latitude, longitude);
                let inside = ranges
                    .iter()
                    .any(|range| (range.0..=range.1).contains(&cell));
                assert!(inside, "{longitude} {latitude}");
            }
        }
        assert_eq!(ranges([-180.0, -90.0, 180.0, 90.0]), [(0, (1 << 48) - 1)]);
        for nearly in [
            [-179.999_99, -90.0, 180.0, 90.0],
            [-180.0, -90.0, 180.0, 89.999_999_9],
        ] {
            assert_eq!(ranges(nearly).len(), 1);
        }
    }

    #[test]
    fn ranges_do_not_overlap() {
        for bbox in [
            [30.0, -60.0, 20.0, 70.0],
            [10.0, -90.0, 9.0, 90.0],
            [-3.0, -2.0, 1.0, 7.0],
        ] {
            let ranges = ranges(bbox);
            assert!(ranges.is_sorted_by(|a, b| a.1 < b.0), "{ranges:?}");
        }
    }

    #[test]
    fn a_city_is_not_a_country() {
        let cells: i64 = ranges([13.3, 52.4, 13.5, 52.6])
            .iter()
            .map(|range| range.1 - range.0 + 1)
            .sum();
        let exact = 0.2 / 360.0 * 0.2 / 180.0 * (1u64 << 48) as f64;
        assert!((cells as f64) < exact * 3.0, "{}", cells as f64 / exact);
    }
}
