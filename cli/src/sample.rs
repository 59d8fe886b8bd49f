//! A model to draw and to list in tests: the subscription of the design, with its services.

use justscale_compiler::*;

/// The package `shop`.
pub(crate) fn model() -> Model {
    Model {
        package: "shop".to_owned(),
        roots: vec![RootModel {
            name: "shop".to_owned(),
            path: "src/main.rs".to_owned(),
            app: Some(AppModel { name: "Shop".to_owned(), origin: origin("src/main.rs", 3, &[], '0') }),
            processes: vec![subscription()],
            services: services(),
            signals: vec![SignalModel {
                name: "Cancelled".to_owned(),
                origin: origin("src/billing.rs", 5, &["billing"], '4'),
                path: Some("/subscription/{customer}/cancelled".to_owned()),
            }],
            commands: vec![CommandModel {
                name: "order list".to_owned(),
                origin: origin("src/main.rs", 9, &[], '5'),
                parameters: vec![
                    parameter("limit", "u32", None),
                    parameter("billing", "&Billing", Some("Billing")),
                ],
            }],
        }],
    }
}

fn subscription() -> ProcessModel {
    let customer = || kept("customer", Some("Customer"), &[19, 24]);
    let plan = || kept("plan", Some("Plan"), &[24]);
    let missed = || kept("missed", None, &[26]);
    ProcessModel {
        name: "subscription".to_owned(),
        origin: origin("src/billing.rs", 12, &["billing"], '1'),
        path: Some("/subscription/{customer}".to_owned()),
        keys: vec!["customer".to_owned()],
        parameters: vec![
            parameter("customer", "Customer", None),
            parameter("plan", "Plan", None),
            parameter("billing", "&Billing", Some("Billing")),
            parameter("mail", "&dyn Mailer", Some("ConsoleMail")),
        ],
        output: "Result<Ended, BillingError>".to_owned(),
        parts: Vec::new(),
        exports: Vec::new(),
        states: vec![
            state("Start", StateKind::Start, 12, &[], vec![customer(), plan()], &["AwaitCancelled"], false),
            state(
                "AwaitCancelled",
                StateKind::Wait,
                18,
                &["Cancelled::of(&customer)", "sleep(days(30))"],
                vec![customer(), plan(), missed()],
                &["Charge"],
                true,
            ),
            state(
                "Charge",
                StateKind::Step,
                24,
                &["billing.charge(&customer, plan.price.clone().with_tax())"],
                vec![customer(), plan(), missed()],
                &["Receipt", "Again"],
                true,
            ),
            state(
                "Receipt",
                StateKind::Step,
                25,
                &["mail.receipt(&customer, &receipt)"],
                vec![customer(), kept("receipt", None, &[25])],
                &["Again"],
                true,
            ),
            state("Again", StateKind::Block, 30, &[], vec![customer()], &["AwaitCancelled"], false),
        ],
    }
}

fn services() -> Vec<ServiceModel> {
    let service = |name: &str, provides: &[&str], needs: Vec<NeedModel>, order, slot| ServiceModel {
        name: name.to_owned(),
        origin: origin("src/services.rs", 10 * (order + 1), &["services"], slot),
        provides: words(provides),
        needs,
        order: Some(order),
    };
    let need = |name: &str, kind: &str, from: &[&str]| NeedModel {
        name: name.to_owned(),
        kind: kind.to_owned(),
        wanted: kind.trim_start_matches("Arc<").trim_end_matches('>').to_owned(),
        from: words(from),
    };
    vec![
        service("ConsoleMail", &["dyn Mailer"], vec![], 0, '2'),
        service(
            "Billing",
            &[],
            vec![need("db", "Db", &[]), need("mail", "Arc<dyn Mailer>", &["ConsoleMail"])],
            1,
            '3',
        ),
    ]
}

fn state(
    name: &str,
    kind: StateKind,
    line: usize,
    awaits: &[&str],
    keeps: Vec<KeptModel>,
    next: &[&str],
    ends: bool,
) -> StateModel {
    StateModel {
        name: name.to_owned(),
        kind,
        line,
        awaits: words(awaits),
        parts: Vec::new(),
        keeps,
        next: words(next),
        ends,
    }
}

fn kept(name: &str, kind: Option<&str>, read_at: &[usize]) -> KeptModel {
    KeptModel { name: name.to_owned(), kind: kind.map(str::to_owned), read_at: read_at.to_vec() }
}

fn parameter(name: &str, kind: &str, service: Option<&str>) -> ParameterModel {
    ParameterModel {
        name: name.to_owned(),
        kind: kind.to_owned(),
        service: service.map(str::to_owned),
        provided: None,
    }
}

fn origin(file: &str, line: usize, module: &[&str], slot: char) -> Origin {
    Origin { module: words(module), file: file.to_owned(), line, slot: Some(slot.to_string().repeat(16)) }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
