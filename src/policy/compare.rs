//! `liangwang policy compare`: two catalogues on one day and the same register.

use std::path::PathBuf;

use ::policy::compare::{Change, Compared, compare};
use ::policy::trial::yuan;
use model::Date;
use serde_json::{Value, json};

use super::everybody::{decide, register};
use crate::district::Place;
use crate::failure::Failure;

/// Two catalogues on one day.
#[derive(clap::Args)]
pub struct Compare {
    /// The day on which it is decided
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// The catalogues, the present one first: packs or folders of packs
    #[arg(long = "catalogue", value_name = "DIR", num_args = 1, required = true)]
    catalogues: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Compare {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let [first, second] = &*self.catalogues else {
            return Err(Failure::new("name two catalogues: --catalogue A --catalogue B"));
        };
        let (first, second) = (super::catalogue(Some(first))?, super::catalogue(Some(second))?);
        let store = self.place.open().await?;
        let threads = super::threads(self.threads);
        let (world, _) = register(&store, &first, self.on).await?;
        let found = decide(&first, &world, self.on, threads);
        let (world, _) = register(&store, &second, self.on).await?;
        let other = decide(&second, &world, self.on, threads);
        store.close().await;
        let compared = compare((&first, &found), (&second, &other));
        let name = |id: &str| {
            let find = |catalogue: &::policy::Catalogue| {
                let policy = catalogue.find(id).and_then(|index| catalogue.policies.get(index))?;
                Some(policy.name.to_string())
            };
            find(&second).or_else(|| find(&first)).unwrap_or_default()
        };
        // What either catalogue does not confirm is marked.
        let doubts = |id: &str| {
            [&first, &second].into_iter().any(|catalogue| {
                let policy = catalogue.find(id).and_then(|index| catalogue.policies.get(index));
                policy.is_some_and(|policy| ::policy::explain::doubts(policy, self.on))
            })
        };
        if self.json {
            say!("{}", as_json(self.on, &compared, doubts));
        } else {
            tell(&compared, |id| {
                let mark = if doubts(id) { " 【未经证实】" } else { "" };
                format!("{}{mark}", name(id))
            });
        }
        Ok(())
    }
}

fn change(change: &Change) -> Value {
    json!({
        "before": change.before,
        "after": change.after,
        "gain": change.gain,
        "lose": change.lose,
        "more": change.more,
        "less": change.less,
        "fen_a_month_before": change.fen_before,
        "fen_a_month_after": change.fen_after,
    })
}

fn as_json(on: Date, compared: &Compared, doubts: impl Fn(&str) -> bool) -> Value {
    let policies: serde_json::Map<String, Value> = compared
        .policies
        .iter()
        .map(|(id, one)| {
            let mut value = change(one);
            if let Some(value) = value.as_object_mut() {
                value.insert("unconfirmed".to_owned(), doubts(id).into());
            }
            (id.to_string(), value)
        })
        .collect();
    let places: serde_json::Map<String, Value> = compared
        .places
        .iter()
        .map(|(place, policies)| {
            let policies: serde_json::Map<String, Value> =
                policies.iter().map(|(id, one)| (id.to_string(), change(one))).collect();
            (place.to_string(), Value::Object(policies))
        })
        .collect();
    json!({ "on": on.to_string(), "policies": policies, "subdistricts": places })
}

fn tell(compared: &Compared, name: impl Fn(&str) -> String) {
    let mut same = 0;
    for (id, one) in &compared.policies {
        if one.is_nothing() {
            same += 1;
            continue;
        }
        say!(
            "{}（{id}）: {} → {}; {} gain, {} lose, {} get more, {} less; {} → {} yuan a month",
            name(id),
            one.before,
            one.after,
            one.gain,
            one.lose,
            one.more,
            one.less,
            yuan(one.fen_before),
            yuan(one.fen_after)
        );
        for (place, policies) in &compared.places {
            if let Some(one) = policies.get(id).filter(|one| !one.is_nothing()) {
                let place = if place.is_empty() { "-" } else { &**place };
                say!(
                    "    {place}: {} gain, {} lose, {} more, {} less; {} yuan a month more",
                    one.gain,
                    one.lose,
                    one.more,
                    one.less,
                    yuan(one.fen_after - one.fen_before)
                );
            }
        }
    }
    say!("{same} policies come to the same for everybody");
}
