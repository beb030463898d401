//! What an SVG's text may cost, reckoned before it is spent: entities, attributes, depth, and how often each element is
//! made again through `use`, patterns, masks, markers and the like.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId, ParsingOptions};

use super::style::Stylesheet;
use crate::imaging::Error;

/// Elements of the file.
const MAX_ELEMENTS: usize = 10_000;
/// Nodes of the XML tree, text between the elements included.
const MAX_XML_NODES: u32 = 40_000;
/// Elements once every reference has been followed.
const MAX_EXPANDED: u64 = 100_000;
/// Elements inside one another in the file.
const MAX_XML_DEPTH: usize = 256;
/// The same with references followed; `super::STACK_BYTES` is enough for it.
const MAX_DEPTH: usize = 512;
/// Attributes of one element; the XML parser compares each with all others.
const MAX_ATTRIBUTES: usize = 400;
/// Bytes that all entities may come to.
const MAX_ENTITY_BYTES: usize = 4 << 20;
/// Bytes of path data for each marker drawn: a vertex takes at least `0 0 `.
const BYTES_PER_VERTEX: u64 = 4;

/// Parses XML whose text is known to be bounded.
pub(super) fn parse_xml(text: &str) -> Result<Document<'_>, Error> {
    check_text(text)?;
    let options = ParsingOptions {
        allow_dtd: true,
        nodes_limit: MAX_XML_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        resvg::usvg::roxmltree::Error::NodesLimitReached => over("XML nodes"),
        other => Error::Malformed(other.to_string()),
    })
}

/// What must be known before an XML parser sees the text.
fn check_text(text: &str) -> Result<(), Error> {
    check_entities(text)?;
    let mut depth = 0usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(open, _)| rest.starts_with(open))
            .map(|(open, close)| {
                rest[open.len()..]
                    .find(close)
                    .map(|end| open.len() + end + close.len())
            });
        if let Some(end) = skipped {
            rest = end.map_or("", |end| &rest[end..]);
            continue;
        }
        let (len, attributes, is_empty) = measure_tag(rest.as_bytes());
        if attributes > MAX_ATTRIBUTES {
            return Err(over("attributes"));
        }
        match rest.as_bytes().get(1) {
            Some(b'!') => {}
            Some(b'/') => depth = depth.saturating_sub(1),
            _ if is_empty => {}
            _ => depth += 1,
        }
        if depth > MAX_XML_DEPTH {
            return Err(over("depth"));
        }
        rest = rest.get(len..).unwrap_or_default();
    }
    Ok(())
}

/// Length, equals signs and self-closing of the tag that the bytes begin with; quoted values may hold anything.
fn measure_tag(bytes: &[u8]) -> (usize, usize, bool) {
    let (mut attributes, mut quote) = (0, None);
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'>') => return (at + 1, attributes, bytes[at - 1] == b'/'),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'=') => attributes += 1,
            _ => {}
        }
    }
    (bytes.len(), attributes, false)
}

/// Entities may not hold one another, and all uses of the longest must stay small.
fn check_entities(text: &str) -> Result<(), Error> {
    let mut longest = 0;
    for declaration in text.split("<!ENTITY").skip(1) {
        let end = declaration.find('>').unwrap_or(declaration.len());
        let quoted = declaration.find(['"', '\'']).unwrap_or(end);
        let value = &declaration[quoted.min(end)..end];
        if value.contains('&') && !value.split('&').skip(1).all(|rest| rest.starts_with('#')) {
            return Err(over("nested entities"));
        }
        longest = longest.max(declaration.len().min(value.len().max(64)));
    }
    let uses = text.matches('&').count();
    if longest > 0 && longest.saturating_mul(uses) > MAX_ENTITY_BYTES {
        return Err(over("entities"));
    }
    Ok(())
}

/// Counts what the file comes to.
pub(super) fn check_document(document: &Document<'_>) -> Result<(), Error> {
    let elements: Vec<Node<'_, '_>> = document.descendants().filter(Node::is_element).collect();
    if elements.len() > MAX_ELEMENTS {
        return Err(over("elements"));
    }
    let styles: String = elements
        .iter()
        .filter(|node| node.tag_name().name() == "style")
        .flat_map(Node::descendants)
        .filter_map(|node| node.is_text().then(|| node.text()).flatten())
        .collect();
    let mut by_id = HashMap::new();
    for node in &elements {
        if let Some(id) = node.attribute("id") {
            by_id.entry(id).or_insert(*node);
        }
    }
    let mut expansion = Expansion {
        by_id,
        styles: Stylesheet::parse(&styles),
        known: HashMap::new(),
    };
    expansion.cost(document.root_element(), 0).map(|_| ())
}

struct Expansion<'a> {
    by_id: HashMap<&'a str, Node<'a, 'a>>,
    styles: Stylesheet,
    /// Costs of elements; 0 while one is being reckoned, which ends a circle, as the renderer does.
    known: HashMap<NodeId, u64>,
}

impl<'a> Expansion<'a> {
    /// Elements that come of one, itself included.
    fn cost(&mut self, node: Node<'a, 'a>, depth: usize) -> Result<u64, Error> {
        if let Some(cost) = self.known.get(&node.id()) {
            return Ok(*cost);
        }
        if depth > MAX_DEPTH {
            return Err(over("depth"));
        }
        self.known.insert(node.id(), 0);
        let mut cost = 1u64;
        for child in node.children().filter(Node::is_element) {
            cost = cost.saturating_add(self.cost(child, depth + 1)?);
        }
        for (name, times) in self.references(node) {
            if let Some(target) = self.by_id.get(name.as_str()).copied() {
                let target = self.cost(target, depth + 1)?;
                cost = cost.saturating_add(target.saturating_mul(times));
            }
        }
        if cost > MAX_EXPANDED {
            return Err(over("elements after expansion"));
        }
        self.known.insert(node.id(), cost);
        Ok(cost)
    }

    /// The ids that an element refers to, and how often each may be drawn for it.
    fn references(&self, node: Node<'a, 'a>) -> Vec<(String, u64)> {
        let outline = node
            .attribute("d")
            .or_else(|| node.attribute("points"))
            .map_or(0, |data| data.len() as u64);
        let vertices = outline / BYTES_PER_VERTEX + 2;
        let mut found = Vec::new();
        let mut add = |name: &str, value: &str| {
            let is_marker = name.starts_with("marker");
            for id in urls(value) {
                found.push((id.to_owned(), if is_marker { vertices } else { 1 }));
            }
        };
        for attribute in node.attributes() {
            let value = attribute.value();
            match attribute.name() {
                "href" => add("href", &format!("url({value})")),
                "style" => value.split(';').for_each(|declaration| {
                    let (name, value) = declaration.split_once(':').unwrap_or_default();
                    add(name.trim(), value);
                }),
                name => add(name, value),
            }
        }
        for (name, value) in self.styles.of(node) {
            add(name, value);
        }
        found
    }
}

/// The ids in `url(#id)`s.
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?.trim().trim_matches(['"', '\'']);
        inside.trim().strip_prefix('#')
    })
}

pub(super) fn over(what: &str) -> Error {
    Error::OverLimit(format!("SVG {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Error> {
        check_document(&parse_xml(text)?)
    }

    fn nested(count: usize, definition: impl Fn(usize) -> String) -> String {
        let definitions: String = (1..count).map(definition).collect();
        format!("<svg xmlns='http://www.w3.org/2000/svg'><g id='a0'><rect/></g>{definitions}</svg>")
    }

    #[test]
    fn laughs_are_over_the_limit() {
        let laughs = [
            nested(10, |at| {
                let below = format!("<use href='#a{}'/>", at - 1);
                format!("<g id='a{at}'>{}</g>", below.repeat(10))
            }),
            nested(10, |at| {
                let filled = format!("<rect style='fill: url(#a{})'/>", at - 1);
                format!("<pattern id='a{at}'>{}</pattern>", filled.repeat(10))
            }),
            nested(10, |at| {
                let filled = format!("<rect class='c{}'/>", at - 1);
                let style = format!("<style>.x, .c{at} {{mask:url(\"#a{at}\")}}</style>");
                format!("{style}<mask id='a{at}'>{}</mask>", filled.repeat(10))
            }),
            "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>".to_owned(),
            format!(
                "<!DOCTYPE svg [<!ENTITY a '{}'>]><svg>{}</svg>",
                "h".repeat(9000),
                "&a;".repeat(9000)
            ),
            format!("<svg {}/>", "a='' ".repeat(500)),
            format!("<svg>{}</svg>", "<g/>".repeat(10_001)),
            format!("<svg>{}{}</svg>", "<g>".repeat(600), "</g>".repeat(600)),
            format!(
                "<svg><marker id='m'>{}</marker><path style='marker-mid:url(#m)' d='M0 0{}'/></svg>",
                "<g/>".repeat(100),
                "h1v1".repeat(9000)
            ),
        ];
        for text in laughs {
            assert!(
                matches!(check(&text), Err(Error::OverLimit(_))),
                "{}",
                &text[..200.min(text.len())]
            );
        }
    }

    #[test]
    fn ordinary_files_pass() {
        let icons = format!(
            "<svg><style>.a{{clip-path:url(#c)}}</style><clipPath id='c'><rect/></clipPath><g id='i'>{}</g>{}</svg>",
            "<path class='a' fill='url(#g)' d='M0 0'/>".repeat(30),
            "<use href='#i'/>".repeat(300)
        );
        assert!(check(&icons).is_ok());
        let deep = "<g><!-- don't <g> -->".repeat(200) + &"</g>".repeat(200);
        assert!(check(&format!("<svg>{deep}</svg>")).is_ok());
        assert!(check("<svg><g id='a'><use href='#a'/></g></svg>").is_ok());
        assert!(check("<!DOCTYPE svg [<!ENTITY ns 'http://x'>]><svg xmlns:x='&ns;'/>").is_ok());
    }
}
