//! Just enough CSS to know which elements a stylesheet makes refer to what. Errs towards matching too much.

use resvg::usvg::roxmltree::Node;

/// The declarations of a file's `style` elements that hold a `url(`.
#[derive(Debug, Default)]
pub(super) struct Stylesheet(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    subjects: Vec<Subject>,
    /// Property and value.
    declarations: Vec<(String, String)>,
}

/// The last simple selector of a selector, which every element that it matches must match.
#[derive(Debug)]
enum Subject {
    Any,
    Class(String),
    Id(String),
    Tag(String),
}

impl Stylesheet {
    pub(super) fn parse(text: &str) -> Self {
        let rules = without_comments(text);
        let rules = rules.split('}').filter_map(|rule| {
            // Inside @media the selector follows the second brace.
            let (selectors, body) = rule.rsplit_once('{')?;
            let selectors = selectors.rsplit('{').next().unwrap_or_default();
            let declarations: Vec<(String, String)> = body
                .split(';')
                .filter_map(|declaration| declaration.split_once(':'))
                .filter(|(_, value)| value.contains("url("))
                .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
                .collect();
            (!declarations.is_empty()).then(|| Rule {
                subjects: selectors.split(',').map(subject).collect(),
                declarations,
            })
        });
        Self(rules.collect())
    }

    /// The declarations that may apply to an element.
    pub(super) fn of(&self, node: Node<'_, '_>) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(move |rule| rule.subjects.iter().any(|subject| matches(subject, node)))
            .flat_map(|rule| &rule.declarations)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        kept + part.split_once("*/").map_or("", |(_, rest)| rest)
    })
}

fn subject(selector: &str) -> Subject {
    let compound = selector
        .trim()
        .rsplit([' ', '>', '+', '~', '\n', '\t'])
        .next()
        .unwrap_or_default();
    let is_plain = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    match (compound.rfind('.'), compound.rfind('#')) {
        _ if is_plain(compound) => Subject::Tag(compound.to_owned()),
        (Some(at), None) if is_plain(&compound[at + 1..]) => {
            Subject::Class(compound[at + 1..].to_owned())
        }
        (None, Some(at)) if is_plain(&compound[at + 1..]) => {
            Subject::Id(compound[at + 1..].to_owned())
        }
        _ => Subject::Any,
    }
}

fn matches(subject: &Subject, node: Node<'_, '_>) -> bool {
    match subject {
        Subject::Any => true,
        Subject::Tag(name) => node.tag_name().name() == name,
        Subject::Id(id) => node.attribute("id") == Some(id),
        Subject::Class(class) => node
            .attribute("class")
            .is_some_and(|classes| classes.split_whitespace().any(|name| name == class)),
    }
}
