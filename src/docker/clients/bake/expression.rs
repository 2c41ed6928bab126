//! The value of an expression. None where bake has none either: an unknown name, a wrong type, too much work.
//!
//! hcl-rs has an evaluator too, but its functions are plain pointers, so that those of a bake file can't be called, and
//! nothing stops it.

use std::collections::BTreeMap;

use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, FuncCall, ObjectKey, Traversal, TraversalOperator,
    UnaryOp, UnaryOperator,
};
use hcl_edit::template::Template;

use super::scope::Scope;
use super::template;
use super::types::Type;
use super::value::Value;

pub(super) fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Option<Value> {
    scope.names.budget().deeper(|| match expression {
        Expression::Null(_) => Some(Value::Null),
        Expression::Bool(value) => Some(Value::Bool(**value)),
        Expression::Number(number) => number.as_f64().map(Value::Number),
        Expression::String(text) => Some(Value::string(text.as_str())),
        Expression::StringTemplate(text) => unwrapped(text, scope),
        Expression::HeredocTemplate(heredoc) => template::render(&heredoc.template, scope, evaluate),
        Expression::Parenthesis(inner) => evaluate(inner.inner(), scope),
        Expression::Variable(name) => scope.variable(name.as_str()),
        Expression::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| evaluate(item, scope)).collect();
            Value::list(items?)
        }
        Expression::Object(object) => {
            let mut items = BTreeMap::new();
            for (key, value) in object {
                items.insert(self::key(key, scope)?, evaluate(value.expr(), scope)?);
            }
            Value::object(items)
        }
        Expression::Conditional(conditional) => choose(conditional, scope),
        Expression::FuncCall(call) => self::call(call, scope),
        Expression::Traversal(traversal) => traverse(traversal, scope),
        Expression::UnaryOp(operation) => unary(operation, scope),
        Expression::BinaryOp(operation) => binary(operation, scope),
        Expression::ForExpr(for_each) => self::for_each(for_each, scope),
    })
}

/// `"${x}"` is x, whatever its type.
fn unwrapped(text: &Template, scope: &Scope<'_>) -> Option<Value> {
    match template::only_interpolation(text) {
        Some(inner) => evaluate(inner, scope),
        None => template::render(text, scope, evaluate),
    }
}

fn key(key: &ObjectKey, scope: &Scope<'_>) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(expression) => Some(evaluate(expression, scope)?.as_text()?.to_string()),
    }
}

/// The other branch may name what is not there.
fn choose(conditional: &Conditional, scope: &Scope<'_>) -> Option<Value> {
    if evaluate(&conditional.cond_expr, scope)?.as_bool()? {
        evaluate(&conditional.true_expr, scope)
    } else {
        evaluate(&conditional.false_expr, scope)
    }
}

fn call(call: &FuncCall, scope: &Scope<'_>) -> Option<Value> {
    if call.name.is_namespaced() {
        return None;
    }
    match call.name.name.as_str() {
        "try" => return call.args.iter().find_map(|argument| evaluate(argument, scope)),
        "can" => return Some(Value::Bool(evaluate(call.args.get(0)?, scope).is_some())),
        "convert" => return Type::parse(call.args.get(1)?)?.convert(&evaluate(call.args.get(0)?, scope)?),
        _ => {}
    }
    let mut arguments = Vec::new();
    for argument in &call.args {
        arguments.push(evaluate(argument, scope)?);
    }
    if call.args.expand_final() {
        let last = arguments.pop()?;
        arguments.extend(last.as_list()?.iter().cloned());
    }
    scope.names.budget().spend(arguments.iter().map(Value::size).sum())?;
    scope.names.call(call.name.name.as_str(), &arguments)
}

fn traverse(traversal: &Traversal, scope: &Scope<'_>) -> Option<Value> {
    let operators: Vec<&TraversalOperator> = traversal.operators.iter().map(|operator| &**operator).collect();
    match (&traversal.expr, &operators[..]) {
        (
            Expression::Variable(kind),
            [TraversalOperator::GetAttr(name), TraversalOperator::GetAttr(attribute), rest @ ..],
        ) if matches!(kind.as_str(), "target" | "group") && scope.local(kind.as_str()).is_none() => {
            let value = scope.names.attribute(kind.as_str(), name.as_str(), attribute.as_str())?;
            follow(value, rest, scope)
        }
        (base, operators) => follow(evaluate(base, scope)?, operators, scope),
    }
}

fn follow(mut value: Value, mut operators: &[&TraversalOperator], scope: &Scope<'_>) -> Option<Value> {
    while let [operator, rest @ ..] = operators {
        operators = rest;
        value = match operator {
            TraversalOperator::GetAttr(name) => value.as_object()?.get(name.as_str())?.clone(),
            TraversalOperator::LegacyIndex(index) => value.as_list()?.get(usize::try_from(**index).ok()?)?.clone(),
            TraversalOperator::Index(index) => item(&value, &evaluate(index, scope)?)?,
            TraversalOperator::AttrSplat(_) => {
                let is_name = |operator: &&TraversalOperator| matches!(operator, TraversalOperator::GetAttr(_));
                let names = rest.iter().take_while(|operator| is_name(operator)).count();
                operators = &rest[names..];
                splat(&value, &rest[..names], scope)?
            }
            TraversalOperator::FullSplat(_) => {
                operators = &[];
                splat(&value, rest, scope)?
            }
        };
    }
    Some(value)
}

fn item(value: &Value, index: &Value) -> Option<Value> {
    match value {
        Value::List(list) => list.items.get(index.as_index()?).cloned(),
        Value::Object(object) => object.items.get(&*index.as_text()?).cloned(),
        _ => None,
    }
}

fn splat(value: &Value, operators: &[&TraversalOperator], scope: &Scope<'_>) -> Option<Value> {
    let items = match value {
        Value::List(list) => &list.items[..],
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    scope.names.budget().spend(items.len())?;
    let items: Option<Vec<Value>> = items.iter().map(|item| follow(item.clone(), operators, scope)).collect();
    Value::list(items?)
}

fn unary(operation: &UnaryOp, scope: &Scope<'_>) -> Option<Value> {
    let value = evaluate(&operation.expr, scope)?;
    match operation.operator.value() {
        UnaryOperator::Not => value.as_bool().map(|value| Value::Bool(!value)),
        UnaryOperator::Neg => value.as_number().map(|number| Value::Number(-number)),
    }
}

fn binary(operation: &BinaryOp, scope: &Scope<'_>) -> Option<Value> {
    let (left, right) = (evaluate(&operation.lhs_expr, scope)?, evaluate(&operation.rhs_expr, scope)?);
    scope.names.budget().spend(left.size())?;
    let number = |calculate: fn(f64, f64) -> f64| {
        let result = calculate(left.as_number()?, right.as_number()?);
        result.is_finite().then_some(Value::Number(result))
    };
    let compare = |is_so: fn(&f64, &f64) -> bool| Some(Value::Bool(is_so(&left.as_number()?, &right.as_number()?)));
    match operation.operator.value() {
        BinaryOperator::Eq => left.equals(&right).map(Value::Bool),
        BinaryOperator::NotEq => left.equals(&right).map(|is_equal| Value::Bool(!is_equal)),
        BinaryOperator::And => Some(Value::Bool(left.as_bool()? & right.as_bool()?)),
        BinaryOperator::Or => Some(Value::Bool(left.as_bool()? | right.as_bool()?)),
        BinaryOperator::Less => compare(f64::lt),
        BinaryOperator::LessEq => compare(f64::le),
        BinaryOperator::Greater => compare(f64::gt),
        BinaryOperator::GreaterEq => compare(f64::ge),
        BinaryOperator::Plus => number(|left, right| left + right),
        BinaryOperator::Minus => number(|left, right| left - right),
        BinaryOperator::Mul => number(|left, right| left * right),
        BinaryOperator::Div => number(|left, right| left / right),
        BinaryOperator::Mod => number(|left, right| left % right),
    }
}

/// `[for KEY, VALUE in COLLECTION : ITEM if CONDITION]`, and the same in braces with `NAME => ITEM`.
fn for_each(for_each: &ForExpr, scope: &Scope<'_>) -> Option<Value> {
    let key_name = for_each.intro.key_var.as_ref().map(|name| name.as_str());
    let value_name = for_each.intro.value_var.as_str();
    let mut list = Vec::new();
    let mut object: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (key, value) in evaluate(&for_each.intro.collection_expr, scope)?.entries()? {
        let inner = scope.inner(key_name.map(|name| (name, key)).into_iter().chain([(value_name, value)]).collect());
        let is_wanted = match &for_each.cond {
            Some(condition) => evaluate(&condition.expr, &inner)?.as_bool()?,
            None => true,
        };
        if !is_wanted {
            continue;
        }
        let item = evaluate(&for_each.value_expr, &inner)?;
        match &for_each.key_expr {
            Some(key) => object.entry(evaluate(key, &inner)?.as_text()?.to_string()).or_default().push(item),
            None => list.push(item),
        }
    }
    if for_each.key_expr.is_none() {
        return Value::list(list);
    }
    let mut items = BTreeMap::new();
    for (key, mut values) in object {
        let item = match values.len() {
            _ if for_each.grouping => Value::list(values)?,
            1 => values.pop()?,
            _ => return None,
        };
        items.insert(key, item);
    }
    Value::object(items)
}

#[cfg(test)]
mod tests {
    use super::super::definition::Definition;
    use super::super::scope::Budget;
    use super::*;

    #[test]
    fn expressions_have_the_values_that_buildx_gives_them() {
        let nothing = BTreeMap::new();
        let budget = Budget::new(1 << 18);
        let definition = Definition::new(&[], &nothing, &budget).unwrap();
        let lines = include_str!("expressions.tsv").lines().filter(|line| !line.starts_with('#'));
        for (text, expected) in lines.map(|line| line.split_once('\t').unwrap()) {
            let value = text.parse().ok().and_then(|expression: Expression| definition.value(&expression));
            let value = value.and_then(|value| value.as_text()).map(|value| value.escape_default().to_string());
            let expected = (expected != "-").then(|| {
                expected.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\").escape_default().to_string()
            });
            assert_eq!(value, expected, "{text}");
        }
    }
}
