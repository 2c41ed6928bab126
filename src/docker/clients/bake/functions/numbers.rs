//! Functions of numbers, and of what is true.

use super::arguments::{Arguments, Function};
use crate::docker::clients::bake::value::Value;

pub(super) const ALL: &[(&str, Function)] = &[
    ("absolute", |all| number(all.number(0)?.abs())),
    ("add", |all| number(all.number(0)? + all.number(1)?)),
    ("and", |all| Some(Value::Bool(all.bool(0)? & all.bool(1)?))),
    ("ceil", |all| number(all.number(0)?.ceil())),
    ("divide", |all| number(all.number(0)? / all.number(1)?)),
    ("equal", |all| all.get(0)?.equals(all.get(1)?).map(Value::Bool)),
    ("floor", |all| number(all.number(0)?.floor())),
    ("greaterthan", |all| Some(Value::Bool(all.number(0)? > all.number(1)?))),
    ("greaterthanorequalto", |all| Some(Value::Bool(all.number(0)? >= all.number(1)?))),
    ("int", |all| number(all.number(0)?.trunc())),
    ("lessthan", |all| Some(Value::Bool(all.number(0)? < all.number(1)?))),
    ("lessthanorequalto", |all| Some(Value::Bool(all.number(0)? <= all.number(1)?))),
    ("log", |all| number(all.number(0)?.log(all.number(1)?))),
    ("max", |all| most(all, f64::max)),
    ("min", |all| most(all, f64::min)),
    ("modulo", |all| number(all.number(0)? % all.number(1)?)),
    ("multiply", |all| number(all.number(0)? * all.number(1)?)),
    ("negate", |all| number(-all.number(0)?)),
    ("not", |all| Some(Value::Bool(!all.bool(0)?))),
    ("notequal", |all| all.get(0)?.equals(all.get(1)?).map(|is_equal| Value::Bool(!is_equal))),
    ("or", |all| Some(Value::Bool(all.bool(0)? | all.bool(1)?))),
    ("parseint", |all| {
        let base = all.get(1)?.as_index().and_then(|base| u32::try_from(base).ok())?;
        let text = all.text(0)?;
        let parsed = i32::from_str_radix(&text, base.clamp(2, 36)).ok()?;
        number(parsed.into())
    }),
    ("pow", |all| number(all.number(0)?.powf(all.number(1)?))),
    ("signum", |all| number(if all.number(0)? == 0.0 { 0.0 } else { all.number(0)?.signum() })),
    ("subtract", |all| number(all.number(0)? - all.number(1)?)),
];

fn number(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Number(number))
}

fn most(all: &Arguments<'_>, choose: fn(f64, f64) -> f64) -> Option<Value> {
    let numbers: Option<Vec<f64>> = all.0.iter().map(Value::as_number).collect();
    numbers?.into_iter().reduce(choose).map(Value::Number)
}
