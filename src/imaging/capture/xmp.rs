//! XMP (ISO 16684-1): a packet of RDF into a flat map, `prefix:Name` to text, list or structure. Document types are not
//! read, so there are no entities to expand.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

use super::dates::iso_date_time;
use super::{MAX_ITEMS, Orientation, long_text, position, taken_at};
use crate::media::{Gps, PlaceSource, TakenAt, TakenSource};

/// Nodes of a packet after which it is refused.
const MAX_NODES: u32 = 20_000;
/// Structures in structures that are followed.
const MAX_DEPTH: usize = 8;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Prefixes that the facts go by, whatever a packet calls them.
const PREFIXES: [(&str, &str); 4] = [
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
];

/// The properties of a packet; `None` when it is not XML.
pub(super) fn read(packet: &[u8]) -> Option<Map<String, Value>> {
    let text = String::from_utf8_lossy(packet);
    // Padding and control characters, neither of which XML allows.
    let text = text.get(text.find('<')?..=text.rfind('>')?)?;
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .collect();
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(&text, options).ok()?;
    let mut properties = Map::new();
    let descriptions = document
        .descendants()
        .filter(|node| node.has_tag_name((RDF, "RDF")))
        .flat_map(|node| node.children())
        .filter(|node| node.has_tag_name((RDF, "Description")));
    for description in descriptions {
        collect(description, &mut properties, 0);
    }
    Some(properties)
}

/// The properties of a node, written as attributes or as elements; the first of a name counts.
fn collect(node: Node<'_, '_>, into: &mut Map<String, Value>, depth: usize) {
    let mut add = |name: Option<String>, value: Option<Value>| {
        if let (Some(name), Some(value)) = (name, value)
            && !into.contains_key(&name)
        {
            into.insert(name, value);
        }
    };
    for attribute in node.attributes() {
        let name = name(node, attribute.namespace(), attribute.name());
        add(name, Some(text(attribute.value())));
    }
    for child in node.children().filter(Node::is_element) {
        let tag = child.tag_name();
        add(
            name(child, tag.namespace(), tag.name()),
            value(child, depth),
        );
    }
}

/// `prefix:Name` of a property; RDF's own grammar is none.
fn name(node: Node<'_, '_>, namespace: Option<&str>, local: &str) -> Option<String> {
    let namespace = namespace.filter(|uri| !matches!(*uri, RDF | XML))?;
    let known = PREFIXES.iter().find(|(uri, _)| *uri == namespace);
    let prefix = known
        .map(|(_, prefix)| *prefix)
        .or_else(|| node.lookup_prefix(namespace))?;
    Some(format!("{prefix}:{local}"))
}

fn value(node: Node<'_, '_>, depth: usize) -> Option<Value> {
    if depth == MAX_DEPTH {
        return None;
    }
    if let Some(resource) = node.attribute((RDF, "resource")) {
        return Some(text(resource));
    }
    let inner = node.children().find(Node::is_element);
    let is_list = |inner: &Node<'_, '_>| {
        ["Seq", "Bag", "Alt"]
            .iter()
            .any(|list| inner.has_tag_name((RDF, *list)))
    };
    if let Some(list) = inner.filter(is_list) {
        let items = list.children().filter(Node::is_element).take(MAX_ITEMS);
        return Some(items.filter_map(|item| value(item, depth + 1)).collect());
    }
    let mut structure = Map::new();
    match inner {
        Some(inner) if inner.has_tag_name((RDF, "Description")) => {
            collect(inner, &mut structure, depth + 1);
        }
        _ => collect(node, &mut structure, depth + 1),
    }
    if structure.is_empty() {
        Some(text(node.text().unwrap_or_default()))
    } else {
        Some(structure.into())
    }
}

fn text(text: &str) -> Value {
    long_text(text.as_bytes()).into()
}

/// A property as text; of a list its first.
fn property<'a>(packet: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let value = packet.get(name)?;
    value.as_str().or_else(|| value.get(0)?.as_str())
}

pub(super) fn taken(packet: &Map<String, Value>, source: TakenSource) -> Option<TakenAt> {
    let name = match source {
        TakenSource::XmpDateTimeOriginal => "exif:DateTimeOriginal",
        TakenSource::XmpDateCreated => "photoshop:DateCreated",
        TakenSource::XmpCreateDate => "xmp:CreateDate",
        _ => return None,
    };
    let date = iso_date_time(property(packet, name)?)?;
    Some(taken_at(date, source))
}

pub(super) fn orientation(packet: &Map<String, Value>) -> Option<Orientation> {
    Orientation::from_exif(property(packet, "tiff:Orientation")?.parse().ok()?)
}

pub(super) fn place(packet: &Map<String, Value>) -> Option<Gps> {
    let latitude = degrees(property(packet, "exif:GPSLatitude")?, ['N', 'S'])?;
    let longitude = degrees(property(packet, "exif:GPSLongitude")?, ['E', 'W'])?;
    let below = property(packet, "exif:GPSAltitudeRef") == Some("1");
    let altitude = property(packet, "exif:GPSAltitude")
        .and_then(rational)
        .map(|metres| if below { -metres } else { metres });
    position(latitude, longitude, altitude, PlaceSource::Xmp)
}

/// `DDD,MM,SSk` or `DDD,MM.mmk`, where `k` tells the half of the globe.
fn degrees(text: &str, [positive, negative]: [char; 2]) -> Option<f64> {
    let letter = text.chars().next_back()?;
    let parts: Vec<&str> = text.strip_suffix(letter)?.split(',').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut sum = 0.0;
    for (part, unit) in parts.iter().zip([1.0, 60.0, 3600.0]) {
        let number: f64 = part.trim().parse().ok()?;
        sum += Some(number / unit).filter(|part| part.is_finite() && *part >= 0.0)?;
    }
    match letter.to_ascii_uppercase() {
        letter if letter == positive => Some(sum),
        letter if letter == negative => Some(-sum),
        _ => None,
    }
}

/// `14839/10`, or a plain number.
fn rational(text: &str) -> Option<f64> {
    let number = match text.split_once('/') {
        Some((over, under)) => over.parse::<f64>().ok()? / under.parse::<f64>().ok()?,
        None => text.parse().ok()?,
    };
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PACKET: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <r:Description r:about="" xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmlns:my="urn:mine" e:GPSLatitude="39,6.9N" e:GPSLongitude="108,24,3.483W" e:GPSAltitude="14839/10">
          <e:DateTimeOriginal>2022-01-10T15:15:44.31+01:00</e:DateTimeOriginal>
          <dc:subject><r:Bag><r:li>one</r:li><r:li>two</r:li></r:Bag></dc:subject>
          <my:Thing r:parseType="Resource"><my:Part>a</my:Part></my:Thing>
          <my:Other><r:Description my:Part="b"/></my:Other>
        </r:Description></r:RDF></x:xmpmeta>
        <?xpacket end="w"?>"#;

    #[test]
    fn properties_are_read_however_they_are_written() {
        let packet = read(PACKET.as_bytes()).unwrap();
        assert_eq!(packet["dc:subject"], json!(["one", "two"]));
        assert_eq!(packet["my:Thing"], json!({"my:Part": "a"}));
        assert_eq!(packet["my:Other"], json!({"my:Part": "b"}));
        let place = place(&packet).unwrap();
        assert!(
            (place.latitude - 39.115).abs() < 1e-9 && (place.longitude + 108.400_967).abs() < 1e-6
        );
        assert_eq!(
            (place.altitude_m, place.source),
            (Some(1483.9), PlaceSource::Xmp)
        );
        let taken = taken(&packet, TakenSource::XmpDateTimeOriginal).unwrap();
        assert_eq!(taken.offset_minutes, Some(60));
    }

    #[test]
    fn places_that_cannot_be_are_none() {
        for text in [
            "39N",
            "39,6.9",
            "39,6.9E",
            "NaN,0,0.00N",
            "39,-6N",
            ",N",
            "",
            "39,6,5,4N",
        ] {
            assert_eq!(degrees(text, ['N', 'S']), None, "{text}");
        }
    }

    #[test]
    fn neither_entities_nor_depth_nor_size_hurt() {
        let laughs = format!("<!DOCTYPE x [<!ENTITY a 'ha'>]>{PACKET}");
        assert_eq!(read(laughs.as_bytes()), None);
        for depth in [1000, 15_000, 300_000] {
            let deep = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
            let _ = read(deep.as_bytes());
            let _ = read("<a>".repeat(depth).as_bytes());
            let li = "<r:Seq><r:li>".repeat(depth) + &"</r:li></r:Seq>".repeat(depth);
            let _ = read(PACKET.replace("<r:li>one</r:li>", &li).as_bytes());
        }
        assert_eq!(read(b"no markup"), None);
        assert_eq!(read(b"> <"), None);
    }
}
