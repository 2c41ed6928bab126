//! Text with `${expressions}` and `%{ directives }`.

use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};

use super::scope::Scope;
use super::value::Value;

/// The value of an expression: an argument, since expressions hold templates.
type Evaluate = fn(&Expression, &Scope<'_>) -> Option<Value>;

/// The expression of `"${x}"`.
pub(super) fn only_interpolation(template: &Template) -> Option<&Expression> {
    let mut elements = template.iter();
    match (elements.next(), elements.next()) {
        (Some(Element::Interpolation(only)), None) => Some(&only.expr),
        _ => None,
    }
}

pub(super) fn render(template: &Template, scope: &Scope<'_>, evaluate: Evaluate) -> Option<Value> {
    let text = Renderer { scope, evaluate }.text(template, (Strip::None, Strip::None))?;
    Some(Value::string(text))
}

struct Renderer<'a> {
    scope: &'a Scope<'a>,
    evaluate: Evaluate,
}

impl Renderer<'_> {
    /// `around` are the markers before and behind the template.
    fn text(&self, template: &Template, around: (Strip, Strip)) -> Option<String> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut text = String::new();
        for (at, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(literal) => {
                    let before = at.checked_sub(1).map_or(around.0, |before| strip(elements[before]).1);
                    let behind = elements.get(at + 1).map_or(around.1, |behind| strip(behind).0);
                    text.push_str(stripped(literal, before, behind));
                }
                Element::Interpolation(interpolation) => {
                    text.push_str(&(self.evaluate)(&interpolation.expr, self.scope)?.as_text()?);
                }
                Element::Directive(directive) => match &**directive {
                    Directive::If(directive) => text.push_str(&self.choose(directive)?),
                    Directive::For(directive) => text.push_str(&self.repeat(directive)?),
                },
            }
        }
        self.scope.names.budget().spend(text.len())?;
        Some(text)
    }

    fn choose(&self, directive: &IfDirective) -> Option<String> {
        let (begin, end) = (&directive.if_expr, &directive.endif_expr);
        let is_so = (self.evaluate)(&begin.cond_expr, self.scope)?.as_bool()?;
        match &directive.else_expr {
            Some(other) if !is_so => self.text(&other.template, (other.strip, end.strip)),
            Some(other) => self.text(&begin.template, (begin.strip, other.strip)),
            None if is_so => self.text(&begin.template, (begin.strip, end.strip)),
            None => Some(String::new()),
        }
    }

    fn repeat(&self, directive: &ForDirective) -> Option<String> {
        let (begin, end) = (&directive.for_expr, &directive.endfor_expr);
        let mut text = String::new();
        for (key, value) in (self.evaluate)(&begin.collection_expr, self.scope)?.entries()? {
            let key = begin.key_var.as_ref().map(|name| (name.as_str(), key));
            let locals = key.into_iter().chain([(begin.value_var.as_str(), value)]).collect();
            let inner = Renderer { scope: &self.scope.inner(locals), evaluate: self.evaluate };
            text.push_str(&inner.text(&begin.template, (begin.strip, end.strip))?);
        }
        Some(text)
    }
}

/// The markers at the beginning and at the end of an element.
fn strip(element: &Element) -> (Strip, Strip) {
    match element {
        Element::Literal(_) => (Strip::None, Strip::None),
        Element::Interpolation(interpolation) => (interpolation.strip, interpolation.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => (directive.if_expr.strip, directive.endif_expr.strip),
            Directive::For(directive) => (directive.for_expr.strip, directive.endfor_expr.strip),
        },
    }
}

/// `~}` takes the blanks behind it away, and `${~` those before it.
fn stripped(literal: &str, before: Strip, behind: Strip) -> &str {
    let literal = if matches!(before, Strip::End | Strip::Both) { literal.trim_start() } else { literal };
    if matches!(behind, Strip::Start | Strip::Both) { literal.trim_end() } else { literal }
}
