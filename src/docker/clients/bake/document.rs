//! A bake file: its attributes and blocks, from HCL or JSON.

use std::ffi::OsStr;
use std::path::Path;

use hcl_edit::expr::{Array, Expression, Object, ObjectKey};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{StringTemplate, Template};
use serde_json::{Map, Value};

#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) attributes: Vec<(String, Expression)>,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(super) struct Block {
    /// `target`, `group`, `variable`, `function`; `validation` in a variable.
    pub(super) kind: String,
    /// Empty without one.
    pub(super) label: String,
    pub(super) body: Document,
}

impl Document {
    /// By the file's name, as bake does: JSON, HCL, or HCL and then JSON.
    pub(super) fn parse(name: &str, text: &str) -> Option<Self> {
        let from_hcl = || Self::from_hcl(text.parse().ok()?);
        let from_json = || Self::from_json(&serde_json::from_str(text).ok()?);
        match Path::new(name).extension().and_then(OsStr::to_str) {
            Some("json") => from_json(),
            Some("hcl") => from_hcl(),
            _ => from_hcl().or_else(from_json),
        }
    }

    pub(super) fn get(&self, attribute: &str) -> Option<&Expression> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value)
    }

    fn from_hcl(body: Body) -> Option<Self> {
        let mut document = Self::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    document.attributes.push((attribute.key.as_str().to_owned(), attribute.value));
                }
                Structure::Block(block) => {
                    let mut labels = block.labels.iter().map(|label| label.as_str().to_owned());
                    let label = labels.next().unwrap_or_default();
                    if labels.next().is_some() {
                        return None;
                    }
                    let body = Self::from_hcl(block.body)?;
                    document.blocks.push(Block { kind: block.ident.as_str().to_owned(), label, body });
                }
            }
        }
        Some(document)
    }

    /// At the top, a key is a kind of block with labels below it, or else an attribute.
    fn from_json(json: &Value) -> Option<Self> {
        let mut document = Self::default();
        for object in objects(json)? {
            for (key, value) in object {
                match &**key {
                    "//" => {}
                    "target" | "group" | "variable" | "function" => document.add_json_blocks(key, value)?,
                    _ => document.attributes.push((key.clone(), expression(value)?)),
                }
            }
        }
        Some(document)
    }

    fn add_json_blocks(&mut self, kind: &str, json: &Value) -> Option<()> {
        for (label, value) in objects(json)?.into_iter().flatten() {
            for block in objects(value)? {
                let body = Self::from_json_block(block)?;
                self.blocks.push(Block { kind: kind.to_owned(), label: label.clone(), body });
            }
        }
        Some(())
    }

    fn from_json_block(block: &Map<String, Value>) -> Option<Self> {
        let mut body = Self::default();
        for (key, value) in block {
            match &**key {
                "//" => {}
                "validation" => {
                    for rule in objects(value)? {
                        let body_of_rule = Self::from_json_block(rule)?;
                        body.blocks.push(Block { kind: key.clone(), label: String::new(), body: body_of_rule });
                    }
                }
                _ => body.attributes.push((key.clone(), expression(value)?)),
            }
        }
        Some(body)
    }
}

/// An object, or several in a list.
fn objects(json: &Value) -> Option<Vec<&Map<String, Value>>> {
    match json {
        Value::Object(object) => Some(vec![object]),
        Value::Array(list) => list.iter().map(Value::as_object).collect(),
        _ => None,
    }
}

/// Every text of the JSON form is a template.
fn expression(json: &Value) -> Option<Expression> {
    Some(match json {
        Value::Null => Expression::null(),
        Value::Bool(value) => Expression::from(*value),
        Value::Number(number) => Expression::from(number.as_f64()?),
        Value::String(text) => template(text)?,
        Value::Array(items) => Expression::Array(items.iter().map(expression).collect::<Option<Array>>()?),
        Value::Object(items) => {
            let mut object = Object::new();
            for (key, value) in items {
                object.insert(ObjectKey::Expression(template(key)?), expression(value)?);
            }
            Expression::Object(object)
        }
    })
}

fn template(text: &str) -> Option<Expression> {
    if !text.contains("${") && !text.contains("%{") {
        return Some(Expression::from(text));
    }
    let template: Template = text.parse().ok()?;
    Some(Expression::StringTemplate(StringTemplate::from(template)))
}
