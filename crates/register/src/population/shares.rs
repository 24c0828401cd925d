//! What the demo's people are like: shares assumed by us for an old inner-city district of
//! Shanghai. They are sample data, chosen to look plausible and taken from no statistic: 37 % of
//! all residents are 60 or older, one in eight is a minor, a household has two members on average.

/// Who lives together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One person of 60 or older.
    OldAlone,
    /// One younger adult.
    AdultAlone,
    /// Two people of 60 or older.
    OldCouple,
    /// Two younger adults.
    Couple,
    /// Two parents and a child.
    Family,
    /// A parent and a child.
    OneParent,
    /// Two parents, a child and a grandparent.
    WithGrandparent,
    /// Two parents, a child and both grandparents.
    WithGrandparents,
    /// An old parent and a grown child.
    OldWithChild,
    /// An old couple and a grown child.
    OldCoupleWithChild,
}

/// Households in a thousand. With them 755 of 2045 people are 60 or older (36.9 %), 255 are minors
/// (12.5 %), and three households in ten have one member.
pub const KINDS: [(u32, Kind); 10] = [
    (120, Kind::OldAlone),
    (180, Kind::AdultAlone),
    (210, Kind::OldCouple),
    (150, Kind::Couple),
    (150, Kind::Family),
    (40, Kind::OneParent),
    (40, Kind::WithGrandparent),
    (25, Kind::WithGrandparents),
    (45, Kind::OldWithChild),
    (40, Kind::OldCoupleWithChild),
];

/// From this age a person counts as old (老年人).
pub const OLD: u32 = 60;
/// The oldest of the demo.
pub const OLDEST: u32 = 99;

/// Ages of the old in a hundred: first, last.
pub const OLD_AGES: [(u32, (u32, u32)); 4] =
    [(51, (60, 69)), (33, (70, 79)), (13, (80, 89)), (3, (90, 99))];

/// Ages of other adults in a hundred. Parents of minors are younger and drawn from the child, so
/// that the last ten years weigh most here.
pub const ADULT_AGES: [(u32, (u32, u32)); 4] =
    [(18, (18, 29)), (26, (30, 44)), (12, (45, 49)), (44, (50, 59))];

/// Ages of minors in a hundred.
pub const CHILD_AGES: [(u32, (u32, u32)); 3] = [(28, (0, 5)), (52, (6, 14)), (20, (15, 17))];

/// Women among the old who live alone, in a thousand.
pub const WOMEN_OLD_ALONE: u32 = 620;
/// Women among younger adults who live alone, and among children of every age, in a thousand. A
/// couple is a woman and a man; a lone parent or grandparent of a family is a woman.
pub const WOMEN: u32 = 490;

/// Low income (低保、低收入), in a thousand of all other households; it holds for every member.
pub const LOW_INCOME: u32 = 20;
/// Low income, in a thousand old who live alone.
pub const LOW_INCOME_OLD_ALONE: u32 = 35;

/// With a disability certificate (残疾人证), in a thousand of the old.
pub const DISABLED_OLD: u32 = 80;
/// With a disability certificate, in a thousand of all others.
pub const DISABLED: u32 = 20;
/// Grades of disability in a hundred; grade 1 is the heaviest.
pub const GRADES: [(u32, &str); 4] =
    [(15, "disabled-1"), (25, "disabled-2"), (30, "disabled-3"), (30, "disabled-4")];

/// Without children (无子女), in a thousand old who live alone.
pub const CHILDLESS_ALONE: u32 = 80;
/// Without children, in a thousand old couples.
pub const CHILDLESS_COUPLE: u32 = 30;
