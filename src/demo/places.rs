//! Where things happen in the demo: sub-districts by the number of people who live there, and
//! invented roads whose names begin with 演示. No name or number of a real place is used.

use std::collections::BTreeMap;

use cases::Point;
use model::{AreaCode, AreaLevel};
use register::{Atlas, Draw};

/// A place of the demo.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The neighbourhood.
    pub area: AreaCode,
    /// A point within.
    pub point: Option<Point>,
    /// The place in words.
    pub road: String,
}

/// All places.
#[derive(Debug)]
pub struct Places<'a> {
    atlas: &'a Atlas,
    /// Neighbourhoods of each sub-district, by its people.
    subdistricts: Vec<(u32, Vec<AreaCode>)>,
}

/// How many roads the demo has; three of them run through each neighbourhood.
const ROADS: u32 = 60;

impl<'a> Places<'a> {
    /// The neighbourhoods of an atlas; without people all sub-districts are alike.
    pub fn new(atlas: &'a Atlas, heads: &BTreeMap<AreaCode, u64>) -> Self {
        let mut cells: BTreeMap<AreaCode, Vec<AreaCode>> = BTreeMap::new();
        for cell in atlas.codes(AreaLevel::Neighbourhood) {
            if let Some(around) = cell.at(AreaLevel::Subdistrict) {
                cells.entry(around).or_default().push(cell);
            }
        }
        let weigh = |code: &AreaCode| match heads.get(code) {
            Some(people) => u32::try_from(*people).unwrap_or(u32::MAX).max(1),
            None => 1,
        };
        let subdistricts = cells.into_iter().map(|(code, cells)| (weigh(&code), cells)).collect();
        Self { atlas, subdistricts }
    }

    /// One of them; nothing in a district without neighbourhoods.
    pub fn spot(&self, draw: &mut Draw) -> Option<Spot> {
        let cells = draw.weighted(&self.subdistricts)?;
        let area = draw.pick(cells)?.clone();
        let point = self.atlas.inside(&area, draw.roll()).map(|(longitude, latitude)| Point {
            longitude: format!("{longitude:.6}"),
            latitude: format!("{latitude:.6}"),
        });
        let road = road(draw, &area);
        Some(Spot { area, point, road })
    }
}

fn road(draw: &mut Draw, area: &AreaCode) -> String {
    let first = Draw::of(0, area.as_str()).below(ROADS);
    let number = |draw: &mut Draw| spoken(1 + (first + draw.below(3)) % ROADS);
    let road = number(draw);
    match draw.below(12) {
        0 => format!("演示{road}路、演示{}街路口", number(draw)),
        1 => format!("演示{road}路公交站"),
        2 => format!("演示第{road}菜场门口"),
        3 | 4 => format!("演示第{road}小区 {} 号楼", 1 + draw.below(40)),
        _ => format!("演示{road}路 {} 号", 1 + draw.below(180)),
    }
}

/// Numbers below a hundred as roads are numbered: 一, 十二, 二十.
fn spoken(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |number: u32| {
        let index = usize::try_from(number).unwrap_or(0);
        DIGITS.get(index).copied().unwrap_or_default()
    };
    match number / 10 {
        0 => digit(number).to_owned(),
        1 => format!("十{}", digit(number % 10)),
        tens => format!("{}十{}", digit(tens), digit(number % 10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_on_road_signs() {
        for (number, written) in [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (59, "五十九")]
        {
            assert_eq!(spoken(number), written);
        }
    }

    #[test]
    fn places_follow_the_people_and_have_invented_names() {
        let catalogue = pack::check(&crate::packs::shipped()).unwrap();
        let atlas = Atlas::read(&catalogue).unwrap();
        let code = |text: &str| text.parse::<AreaCode>().unwrap();
        let heads = BTreeMap::from([(code("310106006"), 3_000), (code("310106100"), 1_000)]);
        let places = Places::new(&atlas, &heads);
        let mut draw = Draw::of(1, "places");
        let mut found: BTreeMap<AreaCode, u32> = BTreeMap::new();
        for _ in 0..2_000 {
            let spot = places.spot(&mut draw).unwrap();
            let point = spot.point.unwrap();
            let at = (point.longitude.parse().unwrap(), point.latitude.parse().unwrap());
            assert_eq!(atlas.locate(at.0, at.1), Some(&spot.area));
            assert!(spot.road.starts_with("演示"), "{}", spot.road);
            *found.entry(spot.area.at(AreaLevel::Subdistrict).unwrap()).or_default() += 1;
        }
        let (most, fewer) = (found[&code("310106006")], found[&code("310106100")]);
        assert!((1_400..1_600).contains(&most) && (420..570).contains(&fewer), "{found:?}");
    }
}
