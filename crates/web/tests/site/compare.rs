//! Two catalogues compared over the register: nothing is adopted, and the answer can be taken along.

use axum::http::StatusCode;
use model::{AreaLevel, Date};
use register::{Atlas, facts, population};

use crate::rig::{Answer, PACKS, Rig, SHIPPED, each};

/// Some hundred people and a few enterprises of the demo.
pub async fn settled(rig: &Rig) -> population::Population {
    let catalogue = pack::check(&PACKS).unwrap();
    let atlas = Atlas::read(&catalogue).unwrap();
    let today: Date = "2026-11-24".parse().unwrap();
    let cells = atlas.codes(AreaLevel::Neighbourhood);
    let people = population::generate(7, 300, &cells, today);
    let mut known = facts::of_people(&people, today);
    let (enterprises, of_enterprises) = facts::enterprises(7, 6, &cells, today);
    known.extend(of_enterprises);
    let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
    population::insert(&mut tx, &people).await.unwrap();
    facts::insert(&mut tx, &enterprises, &known, true).await.unwrap();
    tx.commit().await.unwrap();
    people
}

/// The form with a file, as a browser sends it.
async fn send(rig: &Rig, cookie: &str, fields: &[(&str, &str)], file: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.toml\"\r\n\r\n{file}\r\n\
         --x--\r\n"
    );
    let request = axum::http::Request::post("/policies/compare")
        .header("cookie", cookie)
        .header("content-type", "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin")
        .body(body.into())
        .unwrap();
    rig.send(request).await
}

/// The page once the comparison has ended.
async fn ended(rig: &Rig, cookie: &str) -> String {
    for _ in 0..600 {
        let page = rig.get_as("/policies/compare", cookie).await.text;
        if !page.contains("正在测算") {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the comparison does not end");
}

const FIELDS: [(&str, &str); 3] =
    [("on", "2026-11-24"), ("first", "program"), ("second", "program")];

#[tokio::test]
async fn a_higher_allowance_shows_who_gets_more_and_what_it_costs_and_adopts_nothing() {
    for rig in each().await {
        rig.set_clock("2026-11-24 09:00");
        let cookie = rig.sign_in("administrator-1").await;
        // Nobody is registered yet.
        assert_eq!(send(&rig, &cookie, &FIELDS, "").await.status, StatusCode::SEE_OTHER);
        assert!(ended(&rig, &cookie).await.contains("登记库里还没有人"));
        settled(&rig).await;
        let editions = store::packs::all(&rig.store).await.unwrap().len();
        // The same on both sides.
        assert_eq!(send(&rig, &cookie, &FIELDS, "").await.to(), "/policies/compare#answer");
        assert!(ended(&rig, &cookie).await.contains("结果都相同"), "{}", rig.name);
        // Three years earlier, and more of it.
        let file = &SHIPPED["policies-shanghai"].0["policies/elder-allowance.toml"];
        let (text, _) = file.split_once("[[test]]").unwrap();
        let test = "[[test]]\non = \"2026-03-31\"\ngiven = {}\nexpect = { 享受 = \"unknown\" }\n";
        let text = text.replace("value = 65", "value = 62").replace("[65..70)", "[62..70)");
        let text = format!("{}{test}", text.replace("|  75 ", "| 100 "));
        send(&rig, &cookie, &FIELDS, &text).await;
        let page = ended(&rig, &cookie).await;
        assert!(page.contains("老年综合津贴") && page.contains("未经证实"), "{page}");
        let csv = rig.get_as("/policies/compare.csv", &cookie).await.text;
        let whole = csv.lines().find(|line| line.starts_with(",elder-allowance,")).expect(&csv);
        let cells: Vec<&str> = whole.split(',').collect();
        let number = |index: usize| cells[index].parse::<i64>().unwrap();
        assert!(number(6) > 0 && number(7) == 0, "some gain and nobody loses: {whole}");
        assert!(number(8) > 0 && number(9) == 0, "some get more and nobody less: {whole}");
        assert!(number(11) > number(10), "it costs more: {whole}");
        let places = csv.lines().filter(|line| line.contains(",elder-allowance,")).skip(1);
        let gains = places.map(|line| line.split(',').nth(6).unwrap().parse::<i64>().unwrap());
        assert_eq!(gains.sum::<i64>(), number(6), "sub-districts add up");
        assert_eq!(store::packs::all(&rig.store).await.unwrap().len(), editions);
        assert_eq!(policy::runs::find(&rig.store, 1).await.unwrap(), None, "no run is kept");
    }
}

#[tokio::test]
async fn a_catalogue_with_mistakes_is_told_and_a_choice_is_needed() {
    for rig in each().await.into_iter().take(1) {
        rig.set_clock("2026-11-24 09:00");
        let cookie = rig.sign_in("administrator-1").await;
        let empty = rig.post_as("/policies/compare", &cookie, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text.contains("请选择一份目录"), "{}", empty.text);
        settled(&rig).await;
        send(&rig, &cookie, &FIELDS, "[policy]\nid = \"elder-allowance\"\n").await;
        let page = ended(&rig, &cookie).await;
        assert!(page.contains("elder-allowance.toml"), "{page}");
        let clerk = rig.sign_in("clerk-1").await;
        let refused = rig.get_as("/policies/compare", &clerk).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}
