//! The engine on both databases: whole journeys, acts besides the steps, keys against repeats,
//! editions of packs, erasure.

mod acts;
mod desk;
mod editions;
mod journeys;
mod times;
mod together;
