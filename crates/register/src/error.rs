//! Coordinates as people and devices write them: WGS-84 decimal degrees. Whether they lie in the
//! district is `Atlas::in_bounds`.

/// Why two texts are no place on the map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// One of them is no decimal number.
    #[error("`{0}` is not a number of degrees such as 121.447")]
    NotNumber(String),
    /// East or west of the globe.
    #[error("longitude `{0}` is not between -180 and 180")]
    Longitude(String),
    /// North or south of the globe.
    #[error("latitude `{0}` is not between -90 and 90")]
    Latitude(String),
    /// The latitude holds the longitude and the other way round.
    #[error("latitude `{latitude}` and longitude `{longitude}` seem to be swapped")]
    Swapped {
        /// What was given as longitude.
        longitude: String,
        /// What was given as latitude.
        latitude: String,
    },
}

impl PlaceError {
    /// The stable key that leads to the text in the reader's language.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotNumber(_) => "place_not_number",
            Self::Longitude(_) => "place_longitude",
            Self::Latitude(_) => "place_latitude",
            Self::Swapped { .. } => "place_swapped",
        }
    }
}

/// Reads longitude and latitude in degrees.
pub fn read_point(longitude: &str, latitude: &str) -> Result<(f64, f64), PlaceError> {
    let (east, north) = (read_number(longitude)?, read_number(latitude)?);
    let kept = |text: &str| text.trim().to_owned();
    match (east.abs() <= 180.0, north.abs() <= 90.0) {
        (true, true) => Ok((east, north)),
        (true, false) if east.abs() <= 90.0 && north.abs() <= 180.0 => {
            Err(PlaceError::Swapped { longitude: kept(longitude), latitude: kept(latitude) })
        }
        (false, _) => Err(PlaceError::Longitude(kept(longitude))),
        (_, false) => Err(PlaceError::Latitude(kept(latitude))),
    }
}

/// Plain decimals only: `1e2`, `inf` and `nan` are numbers to the machine and typing errors here.
fn read_number(text: &str) -> Result<f64, PlaceError> {
    let wrong = || PlaceError::NotNumber(text.chars().take(LENGTH_MAX).collect());
    let plain = text.trim();
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let sound = plain.len() <= LENGTH_MAX
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.starts_with(|first: char| first.is_ascii_digit());
    if sound { plain.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

/// No written coordinate is longer.
const LENGTH_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_two_plain_numbers_on_the_globe() {
        for (longitude, latitude, expected) in [
            ("121.447", "31.228", Ok((121.447, 31.228))),
            (" 121 ", "-31.5", Ok((121.0, -31.5))),
            ("180", "-90", Ok((180.0, -90.0))),
            ("180.1", "31", Err("place_longitude")),
            ("200", "31", Err("place_longitude")),
            ("121", "90.01", Err("place_latitude")),
            ("31.228", "121.447", Err("place_swapped")),
            ("31", "181", Err("place_latitude")),
            ("", "31", Err("place_not_number")),
            ("-", "31", Err("place_not_number")),
            (".5", "31", Err("place_not_number")),
            ("nan", "31", Err("place_not_number")),
            ("121", "inf", Err("place_not_number")),
            ("1e2", "31", Err("place_not_number")),
            ("1.2.3", "31", Err("place_not_number")),
            ("１２１", "31", Err("place_not_number")),
            ("121,447", "31", Err("place_not_number")),
        ] {
            let read = read_point(longitude, latitude).map_err(|error| error.key());
            assert_eq!(read, expected, "{longitude} {latitude}");
        }
        let long = "9".repeat(1000);
        assert!(read_point(&long, "31").unwrap_err().to_string().len() < 100);
    }
}
