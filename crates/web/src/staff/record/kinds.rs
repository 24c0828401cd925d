//! What sorts of entries are called. A kind without words here is shown by its name in data.

use crate::visit::Visit;

/// Kinds that have words, in order.
pub const NAMED: [&str; 65] = [
    "access.accounts_created",
    "access.disabled",
    "access.enabled",
    "access.key_made",
    "access.locked_out",
    "access.passkey_added",
    "access.passkey_removed",
    "access.password_changed",
    "access.password_reset",
    "access.program_added",
    "access.program_removed",
    "access.sessions_ended",
    "access.sessions_kept",
    "access.signed_in",
    "benefit.refusal_withdrawn",
    "benefit.refused",
    "case.absorbed",
    "case.added",
    "case.assigned",
    "case.closure_confirmed",
    "case.escalated",
    "case.extended",
    "case.followed",
    "case.joined",
    "case.marked",
    "case.merged",
    "case.moved",
    "case.noted",
    "case.opened",
    "case.part_closed",
    "case.part_opened",
    "case.part_reopened",
    "case.rated",
    "case.released",
    "case.reopened",
    "case.resumed",
    "case.sent_back",
    "case.supervised",
    "case.suspended",
    "case.transferred",
    "case.unfollowed",
    "case.unmerged",
    "cases.reckoned",
    "draft.dropped",
    "draft.kept",
    "figure.corrected",
    "figure.declared",
    "ledger.created",
    "ledger.exported",
    "ledger.migrated",
    "mode.changed",
    "mode.reckoned",
    "pack.adopted",
    "personal.read",
    "photo.added",
    "photo.destroyed",
    "photo.dropped",
    "policy.run",
    "register.areas",
    "register.corrected",
    "register.duty",
    "register.facts",
    "register.population",
    "register.staff",
    "subject.erased",
];

/// The kind in words, with its name in data.
pub fn words(v: &Visit, kind: &str) -> String {
    if !NAMED.contains(&kind) {
        return kind.to_owned();
    }
    let words = v.t(&format!("entry-{}", kind.replace(['.', '_'], "-")));
    format!("{words} · {kind}")
}
