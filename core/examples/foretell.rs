//! Foretells scenario files: `cargo run --example foretell -- FILE…`, or with `--helm 3.17.3` as another Helm.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::scenario::{parse_all, simulate_as};
use hookwright_core::timeline::vector::vector;

fn main() {
    let mut version = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        if arg == "--helm" {
            let wanted = args.next().unwrap_or_default();
            version = HelmVersion::ALL.into_iter().find(|version| version.release().contains(&wanted));
            continue;
        }
        let text = std::fs::read(&arg).unwrap_or_default();
        let scenarios = match parse_all(&text) {
            Ok(scenarios) => scenarios,
            Err(errors) => {
                for error in errors {
                    println!("{arg}: {}", error.message);
                }
                continue;
            }
        };
        for scenario in scenarios {
            println!("name: {}", scenario.name);
            let seen = vector(&simulate_as(&scenario, version.unwrap_or(scenario.helm)));
            println!("steps:");
            for step in &seen.steps {
                match &step.action {
                    Some(action) => println!("- do: {action}"),
                    None => println!("- trace: {}", step.trace),
                }
                for (client, exit, error) in &step.ends {
                    println!("  {client} exit: {exit}  {error}");
                }
            }
            println!("records: {:#?}", seen.records);
            println!("objects: {:?}", seen.objects);
            println!("pods: {:?}", seen.pods);
            println!("overlap: {:?}", seen.overlap);
        }
    }
}
