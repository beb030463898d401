//! JSON as it was written: `serde_json` forgets the order of keys.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object with its members in their order, or anything else.
enum Tree {
    Object(Vec<(String, Tree)>),
    Other,
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsTree)
    }
}

struct AsTree;

impl<'de> Visitor<'de> for AsTree {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut members: Vec<(String, Tree)> = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            if members.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format!("{key} is there twice")));
            }
            members.push((key, value));
        }
        Ok(Tree::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        while let Some(IgnoredAny) = seq.next_element()? {}
        Ok(Tree::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Other)
    }
}

/// The keys, in their order, of the object in this text, or with a path (`exif`) of a member of it.
pub(crate) fn keys(text: &str, path: &[&str]) -> Vec<String> {
    let mut tree: Tree =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    for name in path {
        let Tree::Object(members) = tree else {
            panic!("{name} is not in an object: {text}");
        };
        let member = members.into_iter().find(|(key, _)| key == name);
        tree = member.unwrap_or_else(|| panic!("no {name}: {text}")).1;
    }
    match tree {
        Tree::Object(members) => members.into_iter().map(|(key, _)| key).collect(),
        Tree::Other => panic!("{path:?} is no object: {text}"),
    }
}
