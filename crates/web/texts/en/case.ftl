# A case and its timeline.
case-number = Number
case-place = Place
case-opened = Reported
case-step = Present step
case-promised = Promised to be done by
case-step-due = This step is due
case-limit = Limit of this step: { $limit }
case-skipped = Days that do not count:
case-paused = The clock has stood still since { $since }, because: { $reason }.
case-merged-into = This was merged into another report of the same problem. Progress is shown there:
case-merged-here = { $count ->
    [one] One more report of the same problem was merged into this one:
   *[other] { $count } more reports of the same problem were merged into this one:
}
case-history = What was done
case-chain = Every step stands in a record that cannot be changed unnoticed.
case-synthetic = This is demonstration data, not a real case.
day-weekend = weekend
day-skipped = { $day } ({ $why })
limit-minutes = { $count } minutes
limit-hours = { $count } hours
limit-working-hours = { $count } working hours
limit-working-days = { $count } working days
limit-calendar-days = { $count } calendar days
limit-clock-days = { $count } days by the clock
happened-opened = Registered
happened-moved = Went on to the next step
happened-closed = Closed
happened-joined = All parts are done
happened-transferred = Transferred
happened-sent-back = Sent back
happened-suspended = Paused (the clock stands still)
happened-resumed = The clock runs again
happened-extended = Extended
happened-supervised = Supervised
happened-escalated = Late: escalated
happened-reopened = Reopened
happened-merged = Merged into another case
happened-absorbed = Another report of the same problem was merged into this one
happened-unmerged = Taken out of the merger
happened-released = A merged report was taken out
happened-part-opened = A part was given out
happened-part-closed = A part is done
happened-part-reopened = A part was reopened
happened-rated = Rated
happened-assigned = Given to a person
happened-noted = A remark was added
happened-added = Something was added
happened-followed = Somebody follows
happened-unfollowed = Ceased to follow
happened-closure-confirmed = Confirmed as solved by the reporter
happened-personal-read = Personal data was read
happened-because = because: { $reason }
happened-to-organ = to: { $organ }
happened-to-step = now: { $step }
happened-stars = { $stars ->
    [one] one star
   *[other] { $stars } stars
}
happened-by = { $units } units of the limit added
happened-late = promised { $promised }, done later
happened-in-time = promised { $promised }, kept
