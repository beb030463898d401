//! SVG, as UTF-8. What goes becomes spaces. Pictures inside are redacted in their own way.

use std::{io::Cursor, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use roxmltree::{Attribute, Document, Error as XmlError, Node, ParsingOptions};

use crate::{Error, Patches, source::Source};

/// Largest drawing that is parsed.
const MAX_BYTES: u64 = 32 << 20;
const MAX_NODES: u32 = 1 << 19;

const SVG: &str = "http://www.w3.org/2000/svg";
/// Namespaces of elements and attributes that browsers draw by.
const DRAWN: &[&str] = &[
    SVG,
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
];

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let bytes = source.bytes(0, source.len, MAX_BYTES)?;
    let mut text =
        String::from_utf8(bytes).map_err(|_| Error::Unsupported("SVG that is not UTF-8"))?;
    if text.starts_with('\u{feff}') {
        // The parser gives offsets behind the mark of byte order in some places and before it in others.
        return Err(Error::Unsupported("SVG with a byte order mark"));
    }
    if let Some(doctype) = doctype(&text)? {
        patches.fill(doctype.start as u64..doctype.end as u64, b" ")?;
        let spaces = " ".repeat(doctype.len());
        text.replace_range(doctype, &spaces);
    }
    let document = parse(&text)?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(Error::Unsupported("XML that is not SVG"));
    }
    let mut node = Some(document.root());
    while let Some(at) = node {
        let is_drawn = at.is_root()
            || (at.is_element() && is_needed(&at))
            || at.is_text()
            || is_stylesheet(&at);
        if is_drawn {
            for attribute in at.attributes() {
                self::attribute(&text, &attribute, patches)?;
            }
            let is_style = at
                .parent()
                .is_some_and(|above| above.has_tag_name((SVG, "style")));
            if at.is_text() && is_style && at.text().is_some_and(|text| text.contains("data:")) {
                return Err(Error::Unsupported("data inside a style sheet"));
            }
        } else {
            blank(patches, at.range())?;
        }
        node = next(&at, is_drawn);
    }
    Ok(())
}

fn parse(text: &str) -> Result<Document<'_>, Error> {
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        XmlError::NodesLimitReached => Error::OverLimit("too many elements"),
        XmlError::DtdDetected => Error::Unsupported("SVG with a document type of its own"),
        _ => Error::Malformed("not well-formed XML"),
    })
}

/// Where a document type is declared. One with declarations inside may hold text, and change what the rest means.
fn doctype(text: &str) -> Result<Option<Range<usize>>, Error> {
    let Some(start) = text.find("<!DOCTYPE") else {
        return Ok(None);
    };
    if !matches!(parse(text), Err(Error::Unsupported(_))) {
        return Ok(None);
    }
    let end = text[start..]
        .find('>')
        .ok_or(Error::Malformed("not well-formed XML"))?;
    let range = start..start + end + 1;
    if text[range.clone()].contains('[') {
        return Err(Error::Unsupported("SVG with a document type of its own"));
    }
    Ok(Some(range))
}

/// The next node in the order of the document, without those inside this one if it goes.
fn next<'a, 'input>(node: &Node<'a, 'input>, inside: bool) -> Option<Node<'a, 'input>> {
    if inside && let Some(child) = node.first_child() {
        return Some(child);
    }
    node.ancestors().find_map(|above| above.next_sibling())
}

fn is_needed(element: &Node<'_, '_>) -> bool {
    let name = element.tag_name();
    let is_description = matches!(name.name(), "metadata" | "title" | "desc");
    name.namespace()
        .is_none_or(|namespace| DRAWN.contains(&namespace))
        && !is_description
}

fn is_stylesheet(node: &Node<'_, '_>) -> bool {
    node.pi().is_some_and(|pi| pi.target == "xml-stylesheet")
}

fn attribute(
    text: &str,
    attribute: &Attribute<'_, '_>,
    patches: &mut Patches,
) -> Result<(), Error> {
    let is_drawn = attribute
        .namespace()
        .is_none_or(|namespace| DRAWN.contains(&namespace));
    if !is_drawn || attribute.name().starts_with("data-") {
        return blank(patches, attribute.range());
    }
    if !attribute.value().contains("data:") {
        return Ok(());
    }
    let inside = Error::Unsupported("data of this sort inside SVG");
    let value = attribute.range_value();
    // A name or spaces of absurd length, by which the parser says the wrong place.
    let solid = |text: &str| text.split_ascii_whitespace().collect::<String>();
    let raw = text
        .get(value.clone())
        .filter(|raw| solid(raw) == solid(attribute.value()));
    let Some((head, data)) = raw.and_then(|raw| raw.split_once(";base64,")) else {
        return Err(inside);
    };
    if !head.trim_start().starts_with("data:") || !matches!(attribute.name(), "href" | "src") {
        return Err(inside);
    }
    let start = value.end - data.len();
    match picture(data)? {
        Some(redacted) => patches.put(start as u64, &redacted),
        None => Ok(()),
    }
}

/// A picture in Base64 without its metadata, line breaks where they were; none when it is clean.
fn picture(data: &str) -> Result<Option<Vec<u8>>, Error> {
    let packed: Vec<u8> = data
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let mut bytes = STANDARD
        .decode(packed)
        .map_err(|_| Error::Unsupported("data of this sort inside SVG"))?;
    if crate::is_svg(&bytes) {
        return Err(Error::Unsupported("SVG inside SVG"));
    }
    let patches = crate::plan(&mut Cursor::new(&bytes))?;
    if patches.is_empty() {
        return Ok(None);
    }
    patches.apply(0, &mut bytes);
    let mut digits = STANDARD.encode(bytes).into_bytes().into_iter();
    let redacted = data.bytes().map(|byte| {
        if byte.is_ascii_whitespace() {
            byte
        } else {
            digits.next().unwrap_or(b'=')
        }
    });
    Ok(Some(redacted.collect()))
}

fn blank(patches: &mut Patches, range: Range<usize>) -> Result<(), Error> {
    patches.fill(range.start as u64..range.end as u64, b" ")
}
