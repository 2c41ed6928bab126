//! The flags behind `cargo bench --`.

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) instructions_only: bool,
    pub(crate) check: bool,
    pub(crate) record: bool,
}

const USAGE: &str = "usage: cargo bench -- [--instructions] [--check] [--record]";

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--instructions" => options.instructions_only = true,
                "--check" => options.check = true,
                "--record" => options.record = true,
                // cargo adds it.
                "--bench" => {}
                unknown => return Err(format!("unexpected argument '{unknown}'\n{USAGE}")),
            }
        }
        if options.instructions_only && options.record {
            return Err(format!("--record needs the times too, which --instructions leaves out\n{USAGE}"));
        }
        Ok(options)
    }
}
