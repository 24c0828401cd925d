//! What the demo's facts are like: shares assumed by us, sample data taken from no statistic. In a
//! thousand unless something else is said.

/// Households with a hukou of Shanghai.
pub const HUKOU: u32 = 780;
/// Households whose hukou the register does not know.
pub const HUKOU_UNKNOWN: u32 = 8;
/// Facts of income that are not known.
pub const INCOME_UNKNOWN: u32 = 20;
/// Facts of income that were noted more than a year ago.
pub const INCOME_STALE: u32 = 15;
/// Adults of working age with work.
pub const EMPLOYED: u32 = 780;
/// The same with a low income.
pub const EMPLOYED_POOR: u32 = 300;
/// People of 60 or more with an assessment of care.
pub const CARE_ASSESSED: u32 = 90;
/// People of 60 or more of whom it is not known.
pub const CARE_UNKNOWN: u32 = 20;
/// Insured for long-term care, of the old.
pub const CARE_INSURED: u32 = 920;
/// Households whose assets were checked and are within the limits, of those with a low income.
pub const ASSETS_OK_POOR: u32 = 850;
/// Households whose assets were never checked.
pub const ASSETS_UNKNOWN: u32 = 60;
/// Parents with a certificate of an only child.
pub const ONE_CHILD: u32 = 550;
/// Veterans and their families.
pub const VETERANS: u32 = 4;
/// Facts of an enterprise that are not known.
pub const BUSINESS_UNKNOWN: u32 = 30;

/// Grades of care in a hundred of those assessed.
pub const CARE_GRADES: [(u32, u8); 7] =
    [(10, 0), (18, 1), (22, 2), (20, 3), (14, 4), (9, 5), (7, 6)];
/// Kinds of disability in a hundred.
pub const DISABILITIES: [(u32, &str); 7] =
    [(15, "视力"), (14, "听力"), (3, "言语"), (44, "肢体"), (9, "智力"), (9, "精神"), (6, "多重")];
/// Kinds of organisation in a hundred.
pub const ORGANISATIONS: [(u32, &str); 6] = [
    (70, "小微企业"),
    (10, "中型企业"),
    (3, "大型企业"),
    (10, "个体工商户"),
    (4, "民办非企业"),
    (3, "社会组织"),
];
